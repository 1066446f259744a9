import { randomBytes } from 'node:crypto';
import { GraphClient } from '../graph-client.js';
import type { DemoAccount } from '../sample/demo-accounts.js';
import { SAMPLE_ORGANIZATION } from '../sample/seed-sample.js';
import { answerKeys } from '../story/course-content.js';
import { enroll } from '../story/learn.js';
import { Live } from '../story/live.js';
import { register, signIn, type SignedInPerson } from '../story/people.js';
import { buyCourse, type Notification } from './buying.js';
import type { DemoPlatform } from './demo-platform.js';
import { findInCatalogue, learnLive } from './learning.js';
import { mailTo } from './mail-folder.js';
import { organizationFigures, showCourseInsights, showOrganizationFigures } from './overview.js';
import type { Screen } from './screen.js';
import { importAndReport, reviewAndPublish } from './teaching.js';

const NOTIFIED = `subscription Notified {
  notificationReceived { template title course { id } }
}`;

/** The whole story, from a file of another system to a certificate. @throws Error when a part fails */
export async function tellStory(
  screen: Screen,
  platform: DemoPlatform,
  course: string | undefined,
): Promise<void> {
  const { url } = platform;
  const clients: GraphClient[] = [];
  const join = async (arriving: Promise<SignedInPerson>): Promise<SignedInPerson> => {
    const person = await arriving;
    clients.push(person.client);
    return person;
  };
  try {
    const instructor = await join(signIn(url, accountOf(platform, 'Instructor')));
    const administrator = await join(signIn(url, accountOf(platform, 'Administrator')));
    const before = await organizationFigures(administrator.client);

    screen.chapter(`${instructor.name}, instructor, imports a course`);
    const imported = await importAndReport(screen, instructor.client, course);

    screen.chapter('The draft is reviewed and published');
    await reviewAndPublish(screen, instructor.client, imported.id);

    screen.chapter('A learner arrives');
    const organization = { organizationSlug: SAMPLE_ORGANIZATION.slug };
    const learner = await join(register(url, newLearner(), organization));
    screen.check(`${learner.name} registered as ${learner.email}`);
    const notifications = await Live.open<{ notificationReceived: Notification }, Notification>(
      learner.client,
      { query: NOTIFIED, pick: (data) => data.notificationReceived },
    );
    await findInCatalogue(screen, learner.client, imported);
    const enrollmentId = await enroll(learner.client, imported.id);
    screen.check('Enrolled');

    screen.chapter('She learns, and everyone concerned watches it live');
    const keys = await answerKeys(instructor.client, imported.id);
    const people = {
      learner: learner.client,
      learnerId: learner.id,
      instructor: instructor.client,
    };
    const code = await learnLive(screen, people, { courseId: imported.id, enrollmentId, keys });

    screen.chapter('Something to show');
    await showCertificate(screen, url, code, learner.name);
    const { title } = await notifications.until(
      'Word of the certificate',
      ({ template }) => template === 'certificate-issued',
    );
    screen.check(`Told live: “${title}”`);
    const mail = await mailTo(platform.mailFolder, learner.email, code);
    screen.check(`And by e-mail: ${mail}`);

    screen.chapter('The instructor looks at what went wrong');
    await showCourseInsights(screen, instructor.client, imported.id);

    screen.chapter(`${administrator.name}, administrator, reads the numbers`);
    await showOrganizationFigures(screen, administrator.client, before);

    screen.chapter('A course that costs something');
    await buyCourse(screen, learner.client, notifications);
    notifications.close();
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

async function showCertificate(
  screen: Screen,
  url: string,
  code: string,
  name: string,
): Promise<void> {
  // Nobody is signed in here.
  const { verifyCertificate: found } = await new GraphClient(url).request<{
    verifyCertificate: { learnerName: string; courseTitle: string } | null;
  }>(
    `query Verify($code: String!) {
      verifyCertificate(code: $code) { learnerName courseTitle }
    }`,
    { code },
  );
  if (found?.learnerName !== name) throw new Error('The certificate cannot be verified.');
  screen.check(`Anyone can verify ${code}: ${name}, ${found.courseTitle}`);
}

function accountOf({ accounts }: DemoPlatform, role: DemoAccount['role']): DemoAccount {
  const account = accounts.find((each) => each.role === role);
  if (!account) throw new Error(`There is no demo account for an ${role.toLowerCase()}.`);
  return account;
}

function newLearner(): { email: string; password: string; name: string } {
  return {
    email: `nora-${randomBytes(4).toString('hex')}@example.com`,
    password: randomBytes(18).toString('base64url'),
    name: 'Nora Castellan',
  };
}
