/** NIST SP 800-63B-4 §3.1.1.2: at least 15 characters where the password is the only factor. */
export const LEAST_CHARACTERS = 15;
/** Far above the 64 that NIST asks for at least; a bound on work, not on choice. */
export const MOST_CHARACTERS = 256;
/** So many characters must be left of a password once its guessable parts are taken out. */
const LEAST_UNGUESSABLE = 6;
const LEAST_DIFFERENT = 5;
/** Runs along these, forwards or backwards, of at least this length are one guess. */
const LEAST_RUN = 4;
const ROWS = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

/** Words that people put into passwords everywhere; our own list, longest first. */
const COMMON = [
  ...['password', 'passwort', 'passphrase', 'welcome', 'willkommen', 'administrator', 'changeme'],
  ...['letmein', 'iloveyou', 'whatever', 'trustno', 'football', 'baseball', 'princess', 'sunshine'],
  ...['superman', 'batman', 'dragon', 'monkey', 'master', 'shadow', 'secret', 'login', 'admin'],
  ...['test', 'user', 'guest', 'hello', 'hallo', 'summer', 'winter', 'spring', 'autumn', 'learn'],
  ...['school', 'student', 'teacher', 'lyceum', 'access', 'default', 'internet', 'computer'],
  ...['qwertz', 'azerty', 'love', 'pass', 'word'],
].toSorted((a, b) => b.length - a.length);

export type PasswordProblem = 'TOO_SHORT' | 'TOO_LONG' | 'TOO_GUESSABLE';

/** What is compared and hashed: the same characters however a keyboard composed them (NFKC). */
export function normalizePassword(password: string): string {
  return password.normalize('NFKC');
}

/**
 * Why a password may not be used; null when it may. There are no rules of composition (NIST): only
 * a length, and that guessing by patterns does not find it. For that, what an attacker tries first is
 * taken out – common words, words about this person, runs along keyboard or alphabet, repetitions –
 * and something has to be left.
 *
 * @param password normalized
 * @param about words an attacker knows of the person: e-mail address, name, organization
 */
export function passwordProblem(
  password: string,
  about: readonly string[],
): PasswordProblem | null {
  const length = characters(password).length;
  if (length < LEAST_CHARACTERS) return 'TOO_SHORT';
  if (length > MOST_CHARACTERS) return 'TOO_LONG';
  const rest = characters(withoutGuessable(password.toLowerCase(), about));
  if (rest.length < LEAST_UNGUESSABLE) return 'TOO_GUESSABLE';
  return new Set(rest).size < LEAST_DIFFERENT ? 'TOO_GUESSABLE' : null;
}

function withoutGuessable(password: string, about: readonly string[]): string {
  let rest = repeatedUnit(password);
  for (const word of [...wordsAbout(about), ...COMMON]) rest = rest.replaceAll(word, '');
  rest = withoutRuns(rest);
  // Years, dates and ornaments at the end add little.
  rest = rest.replaceAll(/(19|20)\d\d/g, '').replaceAll(/(.)\1{2,}/gu, '$1');
  return rest.replaceAll(/[\s!.?*_-]/g, '');
}

/** `abcabcabc` is `abc`. */
function repeatedUnit(text: string): string {
  const period = `${text}${text}`.indexOf(text, 1);
  return text.slice(0, period);
}

/** As NIST counts: Unicode code points. */
function characters(text: string): string[] {
  return Array.from(text);
}

function wordsAbout(about: readonly string[]): string[] {
  return about
    .flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)])
    .map((word) => word.normalize('NFKC').toLowerCase())
    .filter((word) => characters(word).length >= 3)
    .toSorted((a, b) => b.length - a.length);
}

function withoutRuns(text: string): string {
  let rest = '';
  for (let at = 0; at < text.length;) {
    const run = runAt(text, at);
    if (run < LEAST_RUN) rest += text[at];
    at += run < LEAST_RUN ? 1 : run;
  }
  return rest;
}

/** How many characters from `at` follow one another on a row, in one direction. */
function runAt(text: string, at: number): number {
  let longest = 1;
  for (const row of ROWS) {
    for (const step of [1, -1]) {
      let place = row.indexOf(text[at] ?? '');
      let length = 1;
      while (place !== -1 && text[at + length] === row[place + step] && row[place + step]) {
        place += step;
        length += 1;
      }
      longest = Math.max(longest, length);
    }
  }
  return longest;
}
