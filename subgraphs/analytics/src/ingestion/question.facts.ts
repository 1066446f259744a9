import { createHash } from 'node:crypto';
import type { EventEnvelope } from '@lyceum/events/envelope';
import type { attemptSubmitted } from '@lyceum/events/progress';
import type { RawClient } from '@lyceum/platform/consumers';
import type { z } from 'zod';

type Attempt = EventEnvelope<z.infer<(typeof attemptSubmitted)['schema']>>;

/** Counts right and wrong answers of each question, and the wrong ones by what was answered. */
export async function countAnswers(client: RawClient, attempts: readonly Attempt[]): Promise<void> {
  if (attempts.length === 0) return;
  const rows = attempts.flatMap(({ organizationId, data }) =>
    data.answers.map((answer) => ({
      organizationId,
      courseId: data.courseId,
      topicId: data.topicId,
      blockId: data.blockId,
      ...answer,
      responseHash: createHash('sha256').update(answer.response).digest('hex'),
    })),
  );
  const json = JSON.stringify(rows);
  await client.$executeRaw`
    INSERT INTO question_fact AS known
      (organization_id, course_id, topic_id, block_id, question_id, prompt, answers, correct)
    SELECT (array_agg("organizationId"))[1], (array_agg("courseId"))[1], (array_agg("topicId"))[1],
      "blockId", "questionId", (array_agg(prompt))[1], count(*), count(*) FILTER (WHERE correct)
    FROM jsonb_to_recordset(${json}::jsonb) AS answer ("organizationId" uuid, "courseId" uuid,
      "topicId" uuid, "blockId" uuid, "questionId" text, prompt text, correct boolean)
    GROUP BY "blockId", "questionId" ORDER BY "blockId", "questionId"
    ON CONFLICT (block_id, question_id) DO UPDATE SET
      prompt = excluded.prompt,
      answers = known.answers + excluded.answers,
      correct = known.correct + excluded.correct`;
  await client.$executeRaw`
    INSERT INTO wrong_answer AS known
      (organization_id, course_id, block_id, question_id, response_hash, response, count)
    SELECT (array_agg("organizationId"))[1], (array_agg("courseId"))[1], "blockId", "questionId",
      "responseHash", (array_agg(response))[1], count(*)
    FROM jsonb_to_recordset(${json}::jsonb) AS answer ("organizationId" uuid, "courseId" uuid,
      "blockId" uuid, "questionId" text, "responseHash" text, response text, correct boolean)
    WHERE NOT correct
    GROUP BY "blockId", "questionId", "responseHash" ORDER BY "blockId", "questionId", "responseHash"
    ON CONFLICT (block_id, question_id, response_hash) DO UPDATE SET
      count = known.count + excluded.count`;
}
