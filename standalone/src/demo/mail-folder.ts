import { watch } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const PATIENCE_MS = 15_000;

/** Waits until a mail to someone that contains `words` lies in the folder; @returns its file's name */
export async function mailTo(folder: string, email: string, words: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const seen = new Set<string>();
  const look = async (): Promise<string | null> => {
    for (const name of await readdir(folder)) {
      if (seen.has(name) || !name.endsWith('.eml')) continue;
      const mail = unfold(await readFile(join(folder, name), 'utf8'));
      if (mail.includes(email) && mail.includes(words)) return name;
      seen.add(name);
    }
    return null;
  };
  return new Promise((resolve, reject) => {
    let looking = Promise.resolve();
    const lookAgain = () => {
      looking = looking.then(look).then(
        (name) => {
          if (name !== null) end(() => resolve(name));
        },
        (error: unknown) => end(() => reject(error)),
      );
    };
    const watcher = watch(folder, lookAgain);
    const timer = setTimeout(
      () => end(() => reject(new Error(`No mail to ${email} came into ${folder}.`))),
      PATIENCE_MS,
    );
    const end = (settle: () => void) => {
      clearTimeout(timer);
      watcher.close();
      settle();
    };
    lookAgain();
  });
}

/** Without the line ends that quoted-printable puts into long lines. */
function unfold(mail: string): string {
  return mail.replaceAll(/=\r?\n/g, '');
}
