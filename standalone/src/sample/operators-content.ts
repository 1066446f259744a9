import { page, type SampleCourse } from './sample-content.js';

/** The paid course of the sample organization, so that buying can be tried. */
export const OPERATORS_COURSE: SampleCourse = {
  slug: 'lyceum-for-operators',
  title: 'Lyceum for operators',
  summary:
    'What keeps the platform running: what to back up, what to watch, and what to do with an event that cannot be applied.',
  language: 'en',
  category: 'Operations',
  tags: ['lyceum', 'operations'],
  price: { amountMinor: 4_900, currency: 'EUR' },
  modules: [
    {
      title: 'A day in operations',
      lessons: [
        {
          title: 'Keeping it and watching it',
          topics: [
            {
              title: 'What to keep',
              completionRule: 'VIEW',
              blocks: [
                page(
                  'Seven databases, one folder',
                  'Everything that must survive is in two places: the databases, one for each service, and the folder of uploaded files. On one machine both lie under <code>.lyceum</code>; on a cluster the databases are wherever their addresses point to, and the folder is the shared volume that <code>MEDIA_DIR</code> names. A backup that has both can bring back the whole platform.',
                  'The broker is not on that list. Each service writes its events into its own database, in the same transaction as the change they tell of, and only then hands them on. If the broker loses its volume, <code>npm run republish</code> hands them on again, and whoever had seen one already lets it pass.',
                  'Caches are not on the list either. What is in Redis may be lost at any moment: limits start counting afresh, and everything else is read from its source again.',
                ),
              ],
            },
            {
              title: 'What to watch',
              completionRule: 'VIEW',
              blocks: [
                page(
                  'Three questions a dashboard should answer',
                  '<strong>Is it there?</strong> <code>/health/live</code> says that the process runs, <code>/health/ready</code> that it can do its work: its database answers. (While the broker is away the work goes on, and events wait in the outbox.) Send traffic by the second, restart by the first.',
                  '<strong>Does it keep up?</strong> Two figures of <code>/metrics</code> tell. The lag of the outbox is how far a service is behind in handing on its events; the lag of a consumer is how far it is behind in applying those of others. Both are near zero on a good day. One that only grows is the earliest sign of trouble, long before a learner notices.',
                  '<strong>Is anything stuck?</strong> An event that keeps failing is set aside after a bounded number of tries, so that the ones behind it are not held up. <code>npm run dead-letters</code> lists those, with the reason, and replays them once the reason is gone. An empty list is the normal state; treat any entry as something to read today.',
                ),
              ],
            },
            {
              title: 'Check: the early shift',
              completionRule: 'QUIZ_SCORE',
              blocks: [
                {
                  kind: 'QUIZ',
                  title: 'What would you do?',
                  passingPercent: 60,
                  questions: [
                    {
                      kind: 'SINGLE_CHOICE',
                      prompt: 'The broker has lost its volume overnight. What is lost with it?',
                      right: ['Nothing that cannot be published again from the outboxes'],
                      wrong: ['All progress since the last backup', 'The enrollments of the night'],
                    },
                    {
                      kind: 'MULTIPLE_CHOICE',
                      prompt: 'What belongs into a backup?',
                      right: ['The databases of all services', 'The folder of uploaded files'],
                      wrong: ['The contents of Redis', 'The volume of the broker'],
                    },
                    {
                      kind: 'DROPDOWN',
                      prompt: 'Which address tells a load balancer whether to send traffic?',
                      right: ['/health/ready'],
                      wrong: ['/health/live', '/metrics'],
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
