import type { Route } from './service.js';

export interface RouteMatch {
  route: Route;
  params: Record<string, string>;
}

/** Finds the route for a request by method and path; `:name` stands for one segment. */
export function matchRoute(routes: readonly Route[], request: Request): RouteMatch | null {
  const segments = new URL(request.url).pathname.split('/').filter(Boolean);
  for (const route of routes) {
    if (route.method !== request.method) continue;
    const pattern = route.path.split('/').filter(Boolean);
    if (pattern.length !== segments.length) continue;
    const params: Record<string, string> = {};
    const fits = pattern.every((part, i) => {
      const segment = segments[i] ?? '';
      if (!part.startsWith(':')) return part === segment;
      params[part.slice(1)] = decodeSegment(segment);
      return true;
    });
    if (fits) return { route, params };
  }
  return null;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
