import { accountRegistered } from '@lyceum/events/auth';
import {
  coursePublished,
  courseStaffAdded,
  enrollmentCreated,
  enrollmentWithdrawn,
} from '@lyceum/events/course';
import type { Clock } from '@lyceum/platform/clock';
import { newId } from '@lyceum/platform/ids';
import type { SignedIn } from '@lyceum/platform/viewer';
import { eventually } from '@lyceum/testkit/eventually';
import { person } from '@lyceum/testkit/person';
import { testService, type TestService } from '@lyceum/testkit/service';
import { progressService } from '../src/app.js';
import { sampleCourse, type SampleCourse } from './sample-course.js';

export interface Enrolled {
  learner: SignedIn;
  enrollmentId: string;
}

/** The service with one organization in it, told by the events of the others. */
export async function openClassroom(options: { clock?: Clock } = {}) {
  const service = await testService(progressService, options);
  const organizationId = newId();
  return { ...roomOf(service, organizationId), service };
}
export type Classroom = Awaited<ReturnType<typeof openClassroom>>;

export function roomOf(service: TestService, organizationId: string) {
  const room = {
    organizationId,
    instructor: person({ organizationId, roles: ['INSTRUCTOR'] }),
    admin: person({ organizationId, roles: ['ORGANIZATION_ADMIN'] }),

    async publish(course: SampleCourse = sampleCourse(), versionNumber = 1): Promise<SampleCourse> {
      await service.deliver(coursePublished, {
        aggregateId: course.courseId,
        organizationId,
        data: {
          courseId: course.courseId,
          versionNumber,
          slug: 'how-to-learn',
          title: course.title,
          publishedAt: new Date().toISOString(),
          structure: course.structure,
        },
      });
      await service.deliver(courseStaffAdded, {
        aggregateId: course.courseId,
        organizationId,
        data: {
          ...{ courseId: course.courseId, courseTitle: course.title, addedBy: null },
          ...{ userId: room.instructor.userId, role: 'INSTRUCTOR' },
        },
      });
      return course;
    },

    async enroll(
      course: SampleCourse,
      learner = person({ organizationId }),
      enrollmentId = newId(),
    ): Promise<Enrolled> {
      await service.deliver(enrollmentCreated, {
        aggregateId: enrollmentId,
        organizationId,
        data: { ...enrollment(course, learner, enrollmentId), source: 'SELF', enrolledAt: now() },
      });
      return { learner, enrollmentId };
    },

    async withdraw(course: SampleCourse, { learner, enrollmentId }: Enrolled, withdrawnAt = now()) {
      await service.deliver(enrollmentWithdrawn, {
        aggregateId: enrollmentId,
        organizationId,
        data: { ...enrollment(course, learner, enrollmentId), withdrawnAt },
      });
    },

    async register(learner: SignedIn, name: string, organization = 'Open School') {
      await service.deliver(accountRegistered, {
        aggregateId: learner.userId,
        organizationId,
        data: {
          userId: learner.userId,
          email: 'a@example.org',
          name,
          locale: 'en',
          timeZone: 'UTC',
          organization: { id: organizationId, slug: 'open', name: organization, founded: false },
          roles: [],
          registeredAt: now(),
        },
      });
    },
  };
  return room;
}

function enrollment(course: SampleCourse, learner: SignedIn, enrollmentId: string) {
  return {
    enrollmentId,
    courseId: course.courseId,
    courseTitle: course.title,
    learnerId: learner.userId,
  };
}

function now(): string {
  return new Date().toISOString();
}

/** An activity as a client sends it: the topic opened, just now. */
export function activity(
  enrollmentId: string,
  topicId: string,
  given: Record<string, unknown> = {},
) {
  return {
    id: newId(),
    enrollmentId,
    topicId,
    kind: 'VIEWED',
    occurredAt: new Date().toISOString(),
    ...given,
  };
}

export const RECORD = `mutation ($inputs: [ActivityInput!]!) {
  recordActivities(inputs: $inputs) { accepted duplicates rejected { index id code } }
}`;
export interface Recorded {
  recordActivities: {
    accepted: number;
    duplicates: number;
    rejected: { index: number; id: string; code: string }[];
  };
}

export const PROGRESS = `query ($id: ID!) {
  _entities(representations: [{ __typename: "Enrollment", id: $id }]) {
    ... on Enrollment {
      progress {
        id percent completedTopics totalTopics state nextTopic { id } startedAt lastActivityAt
        completedAt certificate { verificationCode learnerName }
        modules {
          percent state completedTopics totalTopics
          lessons { percent state topics { topic { id } state views interactions durationSeconds } }
        }
      }
    }
  }
}`;
export interface ProgressAnswer {
  id: string;
  percent: number;
  completedTopics: number;
  totalTopics: number;
  state: string;
  nextTopic: { id: string } | null;
  startedAt: string | null;
  lastActivityAt: string | null;
  completedAt: string | null;
  certificate: { verificationCode: string; learnerName: string | null } | null;
  modules: {
    percent: number;
    state: string;
    lessons: {
      percent: number;
      state: string;
      topics: {
        topic: { id: string };
        state: string;
        views: number;
        interactions: number;
        durationSeconds: number;
      }[];
    }[];
  }[];
}

export async function progressOf(
  service: TestService,
  viewer: SignedIn,
  enrollmentId: string,
): Promise<ProgressAnswer> {
  const answer = await service
    .as(viewer)
    .ok<{ _entities: [{ progress: ProgressAnswer }] }>(PROGRESS, { id: enrollmentId });
  return answer._entities[0].progress;
}

export const SUBMIT = `mutation ($input: SubmitAnswerInput!) {
  submitAnswer(input: $input) {
    id number score maxScore percent passed attemptsLeft topic { id } learner { id }
    answers { questionId prompt response correct points maxPoints }
    progress { percent completedTopics state }
  }
}`;
export const GRANT = `mutation ($input: GrantAttemptsInput!) {
  grantAttempts(input: $input) {
    blockId topic { id } attemptsAllowed attemptsMade attemptsLeft bestPercent passed
    grants { attempts reason grantedBy { id } grantedAt } courseProgress { id percent }
  }
}`;
export const COMPLETE_FOR = `mutation ($input: CompleteTopicForInput!) {
  completeTopicFor(input: $input) {
    percent completedTopics state completedAt certificate { verificationCode }
    startedAt lastActivityAt
  }
}`;
export const COMPLETE = `mutation ($input: CompleteTopicInput!) {
  completeTopic(input: $input) { percent completedTopics state nextTopic { id } }
}`;

/**
 * How many statements a request takes. The relay and the jobs use the same pool: they are given time
 * to finish first, and the least of several runs counts.
 */
export async function statementsOf(service: TestService, request: () => Promise<unknown>) {
  const counts: number[] = [];
  for (let i = 0; i < 5; i += 1) {
    await eventually(async () => {
      const rows = await service.sql(`
        SELECT 1 FROM outbox WHERE published_at IS NULL
        UNION ALL
        SELECT 1 FROM course_structure WHERE reevaluated_version < version_number`);
      return rows.length === 0;
    });
    counts.push(await service.statements(request));
  }
  return Math.min(...counts);
}
