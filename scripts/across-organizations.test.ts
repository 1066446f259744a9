import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { projectPath } from '@lyceum/platform/project-path';

/**
 * Every place where the data layer does not confine a service to one organization, with the reason
 * given there. Whoever adds one adds it here too, and says in the review why it is right.
 */
const USES = [
  'auth/src/account/account.service.ts: who registers does not belong to an organization yet',
  'auth/src/account/account.service.ts: whose an address is shows only by looking',
  'auth/src/revocation/revocation.service.ts: the gateway checks tokens of everybody',
  'auth/src/revocation/revocation.service.ts: cleaning up is done for all at once',
  'auth/src/session/session.service.ts: a refresh token is all that is known of who shows it',
  'auth/src/session/session.service.ts: cleaning up is done for all at once',
  'auth/src/signing-key/signing-key.service.ts: signing keys belong to the platform, not to an organization',
  'auth/src/signing-key/signing-key.service.ts: signing keys belong to the platform, not to an organization',
  'billing/src/order/order.service.ts: Orders of all organizations run out of time.',
  'billing/src/payment/payment.service.ts: A webhook names a checkout, and that leads to the organization.',
  'billing/src/payment/test-provider.routes.ts: Whoever has the address of a payment page may pay.',
  'course/src/course-import/import-runner.ts: one job runs the imports of every organization in their order',
  'course/src/upload/upload.service.ts: expired uploads of every organization are removed by one job',
  'notification/src/delivery/delivery.service.ts: Mail of all organizations leaves through one job.',
  'notification/src/delivery/delivery.service.ts: Mail of all organizations leaves through one job.',
  'notification/src/delivery/delivery.service.ts: Mail of all organizations leaves through one job.',
  'progress/src/certificate/find-certificate.ts: verifies certificates for anyone who has the code',
  'progress/src/course-progress/reevaluation.ts: finds courses of all organizations with enrollments to evaluate again',
];

/** Ways around the data layer, which no service has any business with. */
const WAYS_AROUND = /\bnew (pg\.)?(Pool|Client)\(|\bopenPool\(|\bdatabase\.pool\b|\$extends\b/g;

const CALL = /\.(?:acrossOrganizations|transactionAcrossOrganizations)\(\s*('[^']*'|"[^"]*"|\w+)/g;

function sources(): { path: string; text: string }[] {
  const root = projectPath('subgraphs');
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => /^\w+\/src\/.*\.ts$/.test(path) && !path.endsWith('.test.ts'))
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** What is given as reason: the text itself, or that of the constant of this name. */
function reasonOf(argument: string, text: string): string {
  const literal = /^['"](.*)['"]$/.exec(argument);
  if (literal) return literal[1]!;
  const constant = new RegExp(`const ${argument}\\s*=\\s*(?:'([^']*)'|"([^"]*)")`).exec(text);
  return constant?.[1] ?? constant?.[2] ?? `NOT A PLAIN TEXT: ${argument}`;
}

describe('reaching over organizations', () => {
  it('happens only where it is listed, for the reason that is listed', () => {
    const found = sources().flatMap(({ path, text }) => {
      const uses = [...text.matchAll(CALL)].map(([, argument]) => reasonOf(argument!, text));
      const calls = text.match(/\b(transactionA|a)crossOrganizations\b/g) ?? [];
      // A use that is written in another way is found as well, as one without a reason.
      const hidden = Array<string>(calls.length - uses.length).fill('NOT A PLAIN CALL');
      return [...uses, ...hidden].map((reason) => `${path}: ${reason}`);
    });
    expect(found.toSorted()).toEqual(USES.toSorted());
  });

  it('is not done by going around the data layer', () => {
    const found = sources().flatMap(({ path, text }) =>
      [...text.matchAll(WAYS_AROUND)].map(([use]) => `${path}: ${use}`),
    );
    expect(found).toEqual([]);
  });
});
