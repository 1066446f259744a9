import { certificateIssued, courseCompleted } from '@lyceum/events/progress';
import type { TestService } from '@lyceum/testkit/service';
import { activity, COMPLETE, RECORD, SUBMIT, type Enrolled } from './classroom.js';
import { RIGHT, RIGHT_WORD, type SampleCourse } from './sample-course.js';

/** Everything that the sample course asks for, as separate requests. */
export function everything(
  service: TestService,
  { learner, enrollmentId }: Enrolled,
  course: SampleCourse,
): (() => Promise<unknown>)[] {
  const graph = service.as(learner);
  const { reading, quiz, secondQuiz, reflection } = course.ids;
  const submit = (blockId: string, answers: unknown) => () =>
    graph.ok(SUBMIT, { input: { enrollmentId, blockId, answers } });
  const inputs = [reading, ...course.more.map((one) => one.topicId)].map((id) =>
    activity(enrollmentId, id),
  );
  return [
    () => graph.ok(RECORD, { inputs }),
    submit(quiz, RIGHT),
    submit(secondQuiz, RIGHT_WORD),
    () => graph.ok(COMPLETE, { input: { enrollmentId, topicId: reflection } }),
  ];
}

export async function learnEverything(
  service: TestService,
  enrolled: Enrolled,
  course: SampleCourse,
): Promise<void> {
  for (const step of everything(service, enrolled, course)) await step();
}

/** How often the world was told that an enrollment was completed. */
export async function told(service: TestService, enrollmentId: string) {
  const of = (events: { aggregateId: string }[]) =>
    events.filter((event) => event.aggregateId === enrollmentId).length;
  return {
    completions: of(await service.published(courseCompleted)),
    certificates: of(await service.published(certificateIssued)),
  };
}
