/** A block of a sample course, as written here; `sample-course.ts` makes it through the graph. */
export type SampleBlock =
  | { kind: 'PAGE'; title: string; html: string }
  /** A file of standalone/assets. */
  | { kind: 'VIDEO'; title: string; filename: string; durationSeconds: number }
  | { kind: 'LINK'; title: string; url: string; description: string }
  | { kind: 'DOCUMENT'; title: string; filename: string; contentType: string; text: string }
  | { kind: 'QUIZ'; title: string; passingPercent: number; questions: readonly SampleQuestion[] };

export type SampleQuestion =
  | {
      kind: 'SINGLE_CHOICE' | 'MULTIPLE_CHOICE' | 'DROPDOWN';
      prompt: string;
      right: readonly string[];
      wrong: readonly string[];
    }
  | { kind: 'NUMERIC'; prompt: string; value: number; tolerance: number }
  | { kind: 'TEXT'; prompt: string; accepted: readonly string[] };

export interface SampleTopic {
  title: string;
  completionRule: 'VIEW' | 'QUIZ_SCORE' | 'MANUAL';
  blocks: readonly SampleBlock[];
}

export interface SampleModule {
  title: string;
  lessons: readonly { title: string; topics: readonly SampleTopic[] }[];
}

/** A course of the sample organization. */
export interface SampleCourse {
  slug: string;
  title: string;
  summary: string;
  language: string;
  category: string;
  tags: readonly string[];
  /** Null for a free one. */
  price: { amountMinor: number; currency: string } | null;
  modules: readonly SampleModule[];
}

export const page = (title: string, ...paragraphs: string[]): SampleBlock => ({
  kind: 'PAGE',
  title,
  html: paragraphs.map((text) => (text.startsWith('<') ? text : `<p>${text}</p>`)).join('\n'),
});

export const SAMPLE_COURSE: SampleCourse = {
  slug: 'discover-lyceum',
  title: 'Discover Lyceum',
  summary:
    'A first walk through the platform, taken as a learner: how a course is built, how progress is kept, and how to watch it all change live.',
  language: 'en',
  category: 'Getting started',
  tags: ['lyceum', 'tour'],
  price: null,
  modules: [
    {
      title: 'The lay of the land',
      lessons: [
        {
          title: 'How a course is built',
          topics: [
            {
              title: 'From course to topic',
              completionRule: 'VIEW',
              blocks: [
                page(
                  'Four levels, one thing to do',
                  'Every course here is a tree of four levels. The <strong>course</strong> is what you enroll in. It has <strong>modules</strong>, which are chapters: this one is called “The lay of the land”. A module has <strong>lessons</strong>, each about as much as fits into one sitting. And a lesson has <strong>topics</strong>.',
                  'The topic is the level that counts. It is the thing you open, do and complete; everything above it is arithmetic. When all topics of a lesson are complete, so is the lesson, and so on up to the course. There is no separate box to tick for a module, and nothing can be half complete by mistake.',
                  'You complete this topic by reading it. Reading means that the platform hears of it: your client records an activity, <code>VIEWED</code>, and a moment later your percentage moves. If you are looking at a live subscription at the same time, you will see it happen.',
                ),
              ],
            },
            {
              title: 'Blocks: what a topic holds',
              completionRule: 'VIEW',
              blocks: [
                page(
                  'Five kinds so far',
                  'A topic holds an ordered list of blocks. A <strong>page</strong> is text, like this one. A <strong>video</strong> plays; its watched time is recorded. A <strong>link</strong> leads somewhere else and says why you should go there. A <strong>document</strong> is a file to keep. A <strong>quiz</strong> asks questions and marks the answers at once.',
                  'This topic shows two more of them below. It is complete once you have opened every block, which is what its completion rule, <code>VIEW</code>, means.',
                ),
                {
                  kind: 'LINK',
                  title: 'GraphQL over WebSocket',
                  url: 'https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md',
                  description:
                    'The protocol that live updates travel by. Worth a glance if you are going to write a client.',
                },
                {
                  kind: 'DOCUMENT',
                  title: 'A card for your desk',
                  filename: 'lyceum-card.txt',
                  contentType: 'text/plain',
                  text: [
                    'LYCEUM ON A CARD',
                    '',
                    'Course > Module > Lesson > Topic > Block',
                    '',
                    'enrollInCourse     take part in a course',
                    'recordActivity     say what was seen or watched',
                    'submitAnswer       answer a quiz, marked at once',
                    'completeTopic      for topics you complete yourself',
                    'courseProgressUpdated   watch your own progress live',
                    '',
                    'Everything has an id, every id can be asked for again.',
                    '',
                  ].join('\n'),
                },
              ],
            },
            {
              title: 'Check: the tree',
              completionRule: 'QUIZ_SCORE',
              blocks: [
                {
                  kind: 'QUIZ',
                  title: 'Where things stand',
                  passingPercent: 60,
                  questions: [
                    {
                      kind: 'SINGLE_CHOICE',
                      prompt: 'Which level of a course does a learner complete by doing something?',
                      right: ['The topic'],
                      wrong: ['The module', 'The lesson', 'The course'],
                    },
                    {
                      kind: 'DROPDOWN',
                      prompt: 'A lesson with four topics, three of them complete, is …',
                      right: ['incomplete'],
                      wrong: ['complete', 'complete when the instructor says so'],
                    },
                    {
                      kind: 'NUMERIC',
                      prompt: 'How many levels does the tree have, from course to topic?',
                      value: 4,
                      tolerance: 0,
                    },
                  ],
                },
              ],
            },
          ],
        },
        {
          title: 'People and places',
          topics: [
            {
              title: 'Organizations and roles',
              completionRule: 'VIEW',
              blocks: [
                page(
                  'One organization cannot see another',
                  'A school, a company, a seller of courses: each is an <strong>organization</strong>, and everything you can name belongs to exactly one. People of another organization do not get an error when they ask for your course. They get the same answer as for a course that was never there.',
                  'Inside an organization people hold <strong>roles</strong>. A learner takes courses. A teaching assistant sees how everyone is doing. An instructor writes and publishes. An administrator gives out roles and reads the figures of the whole house. A role can be held everywhere or in a single course, so an instructor of one need not be an instructor of all.',
                ),
              ],
            },
            {
              title: 'Draft and published',
              completionRule: 'VIEW',
              blocks: [
                page(
                  'Two copies, on purpose',
                  'Instructors edit a <strong>draft</strong>. Learners see the latest <strong>published version</strong>, and keep seeing it, unchanged, while the next one is being written. Publishing replaces it in one step.',
                  'A topic keeps its identity through all versions. If you have completed it, it stays complete when the wording is mended. If the new version adds topics, there is more to do, and your percentage says so honestly: it can go down when the course grows. What never comes back is a certificate once you have earned it.',
                ),
              ],
            },
          ],
        },
      ],
    },
    {
      title: 'Learning, live',
      lessons: [
        {
          title: 'Progress',
          topics: [
            {
              title: 'How a percentage comes about',
              completionRule: 'VIEW',
              blocks: [
                page(
                  'Counted, not guessed',
                  'Your percentage is the number of complete topics divided by the number of topics, and nothing else. It reads 100 only when every single topic is complete, and it is never rounded up to get there.',
                  'What completes a topic is its <strong>completion rule</strong>. <code>VIEW</code> asks that you open each block. <code>QUIZ_SCORE</code> asks that you reach the passing score of each quiz in it, and your best attempt is the one that counts. <code>MANUAL</code> leaves it to you: the topic is done when you say that it is.',
                  'Beside the percentage stands the <strong>next topic</strong>: the first one in order that is still open. It is what a “Continue” button should open.',
                ),
              ],
            },
            {
              title: 'Watch it move',
              completionRule: 'MANUAL',
              blocks: [
                page(
                  'Two windows',
                  'Open the explorer twice, signed in as the same learner. In the first window run the subscription:',
                  '<pre>subscription ($courseId: ID!) {\n  courseProgressUpdated(courseId: $courseId) {\n    percent\n    nextTopic { title }\n  }\n}</pre>',
                  'In the second one, complete this topic with <code>completeTopic</code>. The first window answers by itself.',
                  'Nothing was polled. The change was written together with an event; the event travelled to the gateway; and the gateway asked the services, as you, for exactly the fields you had selected. That is why a subscription can select anything a query can, and why it can never show you something a query would not.',
                ),
                {
                  kind: 'VIDEO',
                  title: 'An event on its way (without sound)',
                  filename: 'event-on-its-way.mp4',
                  durationSeconds: 12,
                },
              ],
            },
            {
              title: 'Check: progress',
              completionRule: 'QUIZ_SCORE',
              blocks: [
                {
                  kind: 'QUIZ',
                  title: 'What moves, and when',
                  passingPercent: 50,
                  questions: [
                    {
                      kind: 'MULTIPLE_CHOICE',
                      prompt: 'Which of these are completion rules of a topic?',
                      right: ['VIEW', 'QUIZ_SCORE', 'MANUAL'],
                      wrong: ['APPLAUSE', 'ATTENDANCE'],
                    },
                    {
                      kind: 'SINGLE_CHOICE',
                      prompt:
                        'A course of 300 topics has 299 complete. What does the percentage read?',
                      right: ['Something below 100'],
                      wrong: ['100, by rounding', '100, because the last topic is optional'],
                    },
                    {
                      kind: 'TEXT',
                      prompt:
                        'Which subscription tells a learner of their own progress? (its name)',
                      accepted: ['courseProgressUpdated'],
                    },
                  ],
                },
              ],
            },
          ],
        },
        {
          title: 'At the end',
          topics: [
            {
              title: 'Certificates and messages',
              completionRule: 'VIEW',
              blocks: [
                page(
                  'Something to show',
                  'Complete the last topic and three things happen, each of them once. The course is marked as completed. A <strong>certificate</strong> is issued; it carries a code that anybody can check with <code>verifyCertificate</code>, without an account. And you are told: in the feed of the application, and by e-mail.',
                  'On a laptop there is no mail server. E-mails are then written as files to <code>.lyceum/outbox-mail</code>, where any mail program opens them.',
                ),
              ],
            },
          ],
        },
      ],
    },
    {
      title: 'Behind the counter',
      lessons: [
        {
          title: 'For those who run it',
          topics: [
            {
              title: 'What instructors and administrators see',
              completionRule: 'VIEW',
              blocks: [
                page(
                  'The same events, counted',
                  'Everything that happened to you on the way here was an event, and the instructor has been able to follow it: who enrolled, how far everybody is, which questions go wrong and with which answers. The subscription for that is <code>courseActivity</code>, the figures are under <code>Course.insights</code>.',
                  'The administrator sees less of you and more of the whole: how many people were active on a day, how many enrolled, how many completed. Those figures are sums over the very same events, and every one of them can be counted again from the beginning.',
                ),
              ],
            },
            {
              title: 'Check: the last one',
              completionRule: 'QUIZ_SCORE',
              blocks: [
                {
                  kind: 'QUIZ',
                  title: 'Ready to go',
                  passingPercent: 50,
                  questions: [
                    {
                      kind: 'SINGLE_CHOICE',
                      prompt:
                        'Somebody of another organization asks for your course by its id. They get …',
                      right: ['the same answer as for a course that does not exist'],
                      wrong: [
                        'an error that says they may not see it',
                        'its title, but not its content',
                      ],
                    },
                    {
                      kind: 'NUMERIC',
                      prompt:
                        'A course has 8 topics and you have completed 6. What is your percentage?',
                      value: 75,
                      tolerance: 0.5,
                    },
                  ],
                },
              ],
            },
          ],
        },
      ],
    },
  ],
};
