import type { ExampleOperation } from '@lyceum/gateway/explorer/explorer-routes';
import type { Home } from '../home.js';
import { readDemoAccounts, type DemoAccount } from './demo-accounts.js';
import { readSampleRecord, type SampleRecord } from './sample-record.js';

/** Stands for the id of the viewer's enrollment in the sample course. */
const MY_ENROLLMENT = '(your enrollment)';

/** Operations that are ready to run in the explorer, with the ids of the sample organization. */
export async function exampleOperations(home: Home): Promise<ExampleOperation[]> {
  const [sample, accounts] = await Promise.all([readSampleRecord(home), readDemoAccounts(home)]);
  if (!sample) return [];
  const everybody = accounts.map(({ email }) => email);
  const learners = emailsOf(accounts, 'Learner');
  return [
    ...learning(sample, { everybody, learners, enrolled: learners.slice(0, 2) }),
    ...teaching(sample, emailsOf(accounts, 'Instructor')),
    ...running(sample, emailsOf(accounts, 'Administrator')),
  ];
}

function emailsOf(accounts: readonly DemoAccount[], role: DemoAccount['role']): string[] {
  return accounts.filter((account) => account.role === role).map(({ email }) => email);
}

function learning(
  { courseId, operatorsCourseId, manualTopicId, certificateCode }: SampleRecord,
  who: { everybody: string[]; learners: string[]; enrolled: string[] },
): ExampleOperation[] {
  return [
    {
      title: 'Check a certificate (no account needed)',
      openFirst: true,
      // Its value stands in the text: a page that was just opened runs it as it is.
      operation: `query Verify {
  verifyCertificate(
    code: ${JSON.stringify(certificateCode)}
  ) {
    learnerName
    courseTitle
    organizationName
    issuedAt
  }
}`,
    },
    {
      title: 'Search the catalogue',
      as: who.everybody,
      openFirst: true,
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
      as: who.learners,
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
      as: who.everybody,
      openFirst: true,
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
      as: who.enrolled,
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
      as: who.enrolled,
      operation: `mutation Complete($input: CompleteTopicInput!) {
  completeTopic(input: $input) {
    percent
    nextTopic { title }
  }
}`,
      variables: { input: { enrollmentId: MY_ENROLLMENT, topicId: manualTopicId } },
      lookups: [
        {
          placeholder: MY_ENROLLMENT,
          operation: `query MyEnrollment($courseId: ID!) { course(id: $courseId) { myEnrollment { id } } }`,
          variables: { courseId },
          path: ['course', 'myEnrollment', 'id'],
          otherwise: 'You are not enrolled in this course. Run “Enroll in a course” first.',
        },
      ],
    },
    {
      title: 'My notifications',
      as: who.everybody,
      openFirst: true,
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
      title: 'My notifications live (subscription)',
      as: who.everybody,
      operation: `subscription Notified {
  notificationReceived { category title body course { title } }
}`,
    },
    {
      title: 'What does the paid course cost?',
      as: who.everybody,
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

function teaching({ courseId }: SampleRecord, as: string[]): ExampleOperation[] {
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

function running({ organizationId }: SampleRecord, as: string[]): ExampleOperation[] {
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
