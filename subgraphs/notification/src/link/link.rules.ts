/** Pages of a frontend, by what they show. `{}` stands for what is shown: an id, a certificate's code. */
const FRONTEND_PATHS = {
  home: '/',
  course: '/courses/{}',
  certificate: '/certificates/{}',
  learningPath: '/learning-paths/{}',
  order: '/orders/{}',
  import: '/imports/{}',
  notificationSettings: '/notifications/settings',
} as const;

export type Page = keyof typeof FRONTEND_PATHS;

/** Those of them that the platform has itself; in their place it has its front page. */
const OWN_PAGES: ReadonlySet<Page> = new Set(['home', 'certificate']);

/** What a message leads to. */
export interface Link {
  readonly page: Page;
  /** What the page shows; left out where the page says it all. */
  readonly of?: string;
}

/** Where pages are. */
export interface Site {
  /** Without a slash at its end; null when there is no frontend. */
  readonly frontendUrl: string | null;
  /** The platform itself; without a slash at its end. */
  readonly publicUrl: string;
}

/** A page that exists, and its address. */
export interface Destination {
  readonly page: Page;
  readonly url: string;
}

/**
 * The page of the frontend or, without one, the platform's own: the page itself where the platform
 * has it, else its front page. Null leads to the front page as well.
 */
export function destinationOf(link: Link | null, { frontendUrl, publicUrl }: Site): Destination {
  const { page, of = '' } = link ?? { page: 'home' };
  const shown = frontendUrl !== null || OWN_PAGES.has(page) ? page : 'home';
  const path = FRONTEND_PATHS[shown].replace('{}', () => encodeURIComponent(of));
  return { page: shown, url: `${frontendUrl ?? publicUrl}${path}` };
}

/** Where people choose what they hear of; null where no page for it exists. */
export function settingsAddress(site: Site): string | null {
  const { page, url } = destinationOf({ page: 'notificationSettings' }, site);
  return page === 'notificationSettings' ? url : null;
}

/** A link as the database holds it; null for anything else, such as a page that is no more. */
export function readLink(stored: unknown): Link | null {
  const { page, of } = (stored ?? {}) as { page?: unknown; of?: unknown };
  if (typeof page !== 'string' || !Object.hasOwn(FRONTEND_PATHS, page)) return null;
  return { page: page as Page, ...(typeof of === 'string' ? { of } : {}) };
}
