import type { ExampleOperation } from '@lyceum/gateway/explorer/explorer-routes';
import type { Home } from '../home.js';
import { readDemoAccounts, type DemoAccount } from './demo-accounts.js';
import { readSampleRecord, type SampleRecord } from './sample-record.js';

/** Operations that are ready to run in the explorer, with the ids of the sample organization. */
export async function exampleOperations(home: Home): Promise<ExampleOperation[]> {
  const [sample, accounts] = await Promise.all([readSampleRecord(home), readDemoAccounts(home)]);
  if (!sample) return [];
  const learners = accounts.filter(({ role }) => role === 'Learner');
  const [finished, halfway, newcomer] = learners.map(({ email }) => email);
  return [
    ...learning(sample, { finished, halfway, newcomer }),
    ...teaching(sample, emailOf(accounts, 'Instructor')),
    ...running(sample, emailOf(accounts, 'Administrator')),
  ];
}

function emailOf(accounts: readonly DemoAccount[], role: DemoAccount['role']): string | undefined {
  return accounts.find((account) => account.role === role)?.email;
}

function learning(
  { courseId, operatorsCourseId, enrollmentId, manualTopicId, certificateCode }: SampleRecord,
  who: { finished?: string; halfway?: string; newcomer?: string },
): ExampleOperation[] {
  return [
    {
      title: 'Search the catalogue',
      as: who.newcomer,
      operation: `query Catalogue($search: String) {
  catalog(search: $search, first: 10) {
    totalCount
    nodes {
      id
      title
      summary
      enrolledCount
      paymentRequired
      offers { id price { amountMinor currency } }
    }
    facets { categories { value count } tags { value count } }
  }
}`,
      variables: { search: 'lyceum' },
    },
    {
      title: 'Enroll in a course',
      as: who.newcomer,
      operation: `mutation Enroll($input: EnrollInCourseInput!) {
  enrollInCourse(input: $input) {
    __typename
    ... on Enrolled {
      enrollment { id status progress { percent nextTopic { id title } } }
    }
    ... on Waitlisted { position }
    ... on PaymentRequired { course { offers { id price { amountMinor currency } } } }
    ... on PrerequisitesUnmet { missing { title } }
  }
}`,
      variables: { input: { courseId } },
    },
    {
      title: 'My courses, with progress',
      as: who.halfway,
      operation: `query MyCourses {
  me {
    name
    enrollments(first: 20) {
      nodes {
        id
        status
        course { title }
        progress {
          percent
          completedTopics
          totalTopics
          nextTopic { title }
          modules { module { title } percent lessons { lesson { title } percent } }
        }
      }
    }
  }
}`,
    },
    {
      title: 'Watch my progress live (subscription)',
      as: who.halfway,
      operation: `# Leave this running, open a second tab as the same person,
# and complete a topic there.
subscription Watch($courseId: ID!) {
  courseProgressUpdated(courseId: $courseId) {
    percent
    completedTopics
    totalTopics
    nextTopic { title }
    certificate { verificationCode }
  }
}`,
      variables: { courseId },
    },
    {
      title: 'Complete a topic',
      as: who.halfway,
      operation: `mutation Complete($input: CompleteTopicInput!) {
  completeTopic(input: $input) {
    percent
    nextTopic { title }
  }
}`,
      variables: { input: { enrollmentId, topicId: manualTopicId } },
    },
    {
      title: 'My notifications',
      as: who.finished,
      operation: `query Notifications {
  me {
    notifications(first: 10) {
      unreadCount
      nodes { createdAt category title body readAt course { title } }
    }
  }
}`,
    },
    {
      title: 'Be told live (subscription)',
      as: who.newcomer,
      operation: `subscription Notified {
  notificationReceived { category title body course { title } }
}`,
    },
    {
      title: 'Check a certificate (no account needed)',
      operation: `query Verify($code: String!) {
  verifyCertificate(code: $code) { learnerName courseTitle organizationName issuedAt }
}`,
      variables: { code: certificateCode },
    },
    {
      title: 'What does the paid course cost?',
      as: who.newcomer,
      operation: `# Give the offer's id to startCheckout and open its paymentUrl:
# mutation { startCheckout(input: { offerId: "…" }) { paymentUrl } }
query Offers($id: ID!) {
  course(id: $id) {
    title
    paymentRequired
    offers { id price { amountMinor currency } }
    myEnrollment { status source }
  }
}`,
      variables: { id: operatorsCourseId },
    },
  ];
}

function teaching({ courseId }: SampleRecord, as?: string): ExampleOperation[] {
  return [
    {
      title: 'How is my course doing?',
      as,
      operation: `query Insights($id: ID!) {
  course(id: $id) {
    title
    insights {
      enrolled
      active
      completed
      averagePercent
      progressBands { fromPercent toPercent learners }
      questions {
        prompt
        answers
        facility
        commonWrongAnswers { response count }
      }
    }
    enrollments(first: 20) {
      nodes { learner { name } status progress { percent nextTopic { title } } }
    }
  }
}`,
      variables: { id: courseId },
    },
    {
      title: 'Watch everyone live (subscription)',
      as,
      operation: `subscription Classroom($courseId: ID!) {
  courseActivity(courseId: $courseId) {
    kind
    occurredAt
    learner { name }
    progress { percent }
    attempt { percent passed answers { prompt response correct } }
  }
}`,
      variables: { courseId },
    },
    {
      title: 'The answer key of my quizzes',
      as,
      operation: `query Keys($id: ID!) {
  course(id: $id) {
    modules { lessons { topics { title blocks {
      ... on QuizBlock {
        title
        questions { id prompt choices { id text } }
        answerKey { questionId choiceIds accepted ranges { minimum maximum } }
      }
    } } } }
  }
}`,
      variables: { id: courseId },
    },
  ];
}

function running({ organizationId }: SampleRecord, as?: string): ExampleOperation[] {
  return [
    {
      title: 'The figures of the organization',
      as,
      operation: `query Figures($id: ID) {
  organization(id: $id) {
    name
    insights {
      publishedCourses
      learners
      enrollments
      completions
      completionRate
      activeLearnersByDay { day count }
    }
    billing {
      revenue { decimal currency }
      ledger { kind balance { decimal currency } }
    }
  }
}`,
      variables: { id: organizationId },
    },
    {
      title: 'The people and their roles',
      as,
      operation: `query Directory($search: String) {
  users(search: $search, first: 20) {
    totalCount
    nodes { name email roles { role scope } }
  }
}`,
      variables: { search: '' },
    },
  ];
}
