/**
 * Publishes what a service has recorded once more: everything since a time that its outbox still keeps.
 * Services that know the events pass over them. After a lost broker volume it happens by itself.
 *   npm run republish -- <service|--all> <since, such as 2026-11-22 or 2026-11-22T10:00:00Z>
 */
import { republish } from '@lyceum/platform/outbox-keeper';
import {
  connectTo,
  runCommand,
  serviceNamed,
  serviceNames,
  UsageError,
} from './service-database.js';

await runCommand(async () => {
  const [name, sinceText = ''] = process.argv.slice(2);
  const services = name === '--all' ? serviceNames : [serviceNamed(name)];
  const since = new Date(sinceText);
  if (!sinceText || Number.isNaN(since.getTime())) {
    throw new UsageError('Since when? Such as: npm run republish -- course 2026-11-22T10:00:00Z');
  }
  for (const service of services) {
    const client = await connectTo(service);
    try {
      const count = await republish(client, since);
      process.stdout.write(
        `${service}: ${count} events are published again by the running service.\n`,
      );
    } finally {
      await client.end();
    }
  }
});
