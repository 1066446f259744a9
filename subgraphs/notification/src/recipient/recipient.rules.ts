/** Whoever texts are written for. */
export interface Reader {
  /** BCP 47. */
  readonly locale: string;
  /** IANA. */
  readonly timeZone: string;
}

// Asking Intl takes a good part of a millisecond; there are some hundred zones.
const known = new Set(['UTC']);

/** The time zone if it is one, else UTC: a wrong setting must not keep anyone from hearing. */
export function timeZoneOf({ timeZone }: Reader): string {
  if (known.has(timeZone)) return timeZone;
  try {
    const canonical = new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
    known.add(canonical);
    return canonical;
  } catch {
    return 'UTC';
  }
}

/**
 * The best of the languages there are: `de-AT` is served by `de`, anything unknown by the fallback.
 */
export function languageFor(
  locale: string,
  languages: readonly string[],
  fallback: string,
): string {
  for (let tag = locale; tag; tag = tag.slice(0, Math.max(tag.lastIndexOf('-'), 0))) {
    const found = languages.find((language) => language.toLowerCase() === tag.toLowerCase());
    if (found) return found;
  }
  return fallback;
}

/** The locale for dates and numbers within a text: the reader's own if it is of that language. */
export function formattingLocale(locale: string, language: string): string {
  try {
    const [canonical] = Intl.getCanonicalLocales(locale);
    if (canonical && new Intl.Locale(canonical).language === language) return canonical;
  } catch {
    // Not a locale at all.
  }
  return language;
}
