import { badInput } from '@lyceum/platform/errors';
import {
  cursorValues,
  pageOf,
  pageRequest,
  type Page,
  type PageArgs,
  type PageRequest,
} from '@lyceum/platform/pagination';
import type { SignedIn } from '@lyceum/platform/viewer';
import { Prisma } from '../../generated/prisma/client.js';
import type { Course } from '../../generated/prisma/client.js';
import { staffedCourses } from '../course/course.access.js';
import type { CourseDatabase } from '../service-types.js';
import { finishedWords, MAX_SEARCH, unfinishedWord } from './catalog.rules.js';
import type { CourseFacets, CourseFilter, CoursePage, FacetCount } from './catalog.types.js';

type Found = Course & { rank: number };
type Facet = 'language' | 'category' | 'tag';

const FACET_VALUES = 50;

/** Finds courses of the viewer's organization: by relevance when there is a search, else newest first. */
export class CatalogService {
  constructor(private readonly database: CourseDatabase) {}

  /** @throws BAD_USER_INPUT for a search that is too long or a cursor of another list */
  async find(viewer: SignedIn, filter: CourseFilter, args: PageArgs): Promise<CoursePage<Course>> {
    if ((filter.search?.length ?? 0) > MAX_SEARCH) {
      throw badInput(['search'], 'TOO_LONG', `At most ${MAX_SEARCH} characters.`);
    }
    const request = pageRequest(args);
    const page = filter.search?.trim()
      ? await this.#byRank(viewer, filter, request)
      : await this.#newest(viewer, filter, request);
    return { ...page, filter };
  }

  async total(viewer: SignedIn, filter: CourseFilter): Promise<number> {
    const [row] = await this.database.of(viewer).$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM course c WHERE ${conditions(viewer, filter)}`;
    return row!.count;
  }

  async facets(viewer: SignedIn, filter: CourseFilter): Promise<CourseFacets> {
    const rows = await this.database.of(viewer).$queryRaw<(FacetCount & { facet: Facet })[]>`
      (SELECT 'language' AS facet, c.language AS value, count(*)::int AS count FROM course c
       WHERE ${conditions(viewer, { ...filter, language: null })}
       GROUP BY c.language ORDER BY 3 DESC, 2 LIMIT ${FACET_VALUES})
      UNION ALL
      (SELECT 'category', c.category, count(*)::int FROM course c
       WHERE c.category IS NOT NULL AND ${conditions(viewer, { ...filter, category: null })}
       GROUP BY c.category ORDER BY 3 DESC, 2 LIMIT ${FACET_VALUES})
      UNION ALL
      (SELECT 'tag', tag, count(*)::int FROM course c CROSS JOIN LATERAL unnest(c.tags) AS tag
       WHERE ${conditions(viewer, { ...filter, tags: [] })}
       GROUP BY tag ORDER BY 3 DESC, 2 LIMIT ${FACET_VALUES})`;
    const of = (wanted: Facet) => rows.filter(({ facet }) => facet === wanted);
    return { languages: of('language'), categories: of('category'), tags: of('tag') };
  }

  async #newest(
    viewer: SignedIn,
    filter: CourseFilter,
    request: PageRequest,
  ): Promise<Page<Course>> {
    const cursor = cursorValues(request, ['id']);
    const [after, order] = request.backwards
      ? [Prisma.sql`>`, Prisma.sql`ASC`]
      : [Prisma.sql`<`, Prisma.sql`DESC`];
    const rows = await this.database.of(viewer).$queryRaw<Course[]>`
      SELECT ${COLUMNS} FROM course c
      WHERE ${conditions(viewer, filter)}
        ${cursor ? Prisma.sql`AND c.id ${after} ${cursor[0]}::uuid` : Prisma.empty}
      ORDER BY c.id ${order} LIMIT ${request.take}`;
    return pageOf(request, rows, ({ id }) => [id]);
  }

  async #byRank(
    viewer: SignedIn,
    filter: CourseFilter,
    request: PageRequest,
  ): Promise<Page<Course>> {
    const [after, order] = request.backwards
      ? [Prisma.sql`>`, Prisma.sql`ASC`]
      : [Prisma.sql`<`, Prisma.sql`DESC`];
    const cursor = cursorValues(request, ['number', 'id']);
    const rows = await this.database.of(viewer).$queryRaw<Found[]>`
      SELECT * FROM (
        SELECT ${COLUMNS}, ts_rank(c.search, ${tsquery(filter.search!)})::float8 AS rank
        FROM course c WHERE ${conditions(viewer, filter)}
      ) found
      ${cursor ? Prisma.sql`WHERE (rank, id) ${after} (${cursor[0]}::float8, ${cursor[1]}::uuid)` : Prisma.empty}
      ORDER BY rank ${order}, id ${order} LIMIT ${request.take}`;
    return pageOf(request, rows, ({ rank, id }) => [rank, id]);
  }
}

/** Every column but the search vector, named as the client names them. */
const COLUMNS = Prisma.sql`c.id, c.organization_id AS "organizationId", c.slug, c.title, c.summary,
  c.language, c.category, c.tags, c.status, c.capacity, c.seats_taken AS "seatsTaken",
  c.waitlist_counter AS "waitlistCounter", c.payment_required AS "paymentRequired",
  c.draft_version_id AS "draftVersionId", c.published_version_id AS "publishedVersionId",
  c.published_version_number AS "publishedVersionNumber", c.published_at AS "publishedAt",
  c.created_by AS "createdBy", c.created_at AS "createdAt", c.updated_at AS "updatedAt"`;

function conditions(viewer: SignedIn, filter: CourseFilter): Prisma.Sql {
  const { search, language, category, tags, staffedBy, publishedOnly } = filter;
  const all = [Prisma.sql`c.organization_id = ${viewer.organizationId}::uuid`];
  const seen = staffedCourses(viewer);
  if (publishedOnly) all.push(Prisma.sql`c.status = 'PUBLISHED'`);
  else if (seen !== 'ALL') {
    all.push(Prisma.sql`(c.status = 'PUBLISHED' OR c.id = ANY(${[...seen]}::uuid[]))`);
  }
  if (staffedBy !== null) {
    all.push(Prisma.sql`EXISTS (SELECT 1 FROM course_staff s
      WHERE s.course_id = c.id AND s.user_id = ${staffedBy}::uuid)`);
  }
  if (search?.trim()) all.push(Prisma.sql`c.search @@ ${tsquery(search)}`);
  if (language) all.push(Prisma.sql`c.language = ${language}`);
  if (category) all.push(Prisma.sql`c.category = ${category}`);
  if (tags.length > 0) all.push(Prisma.sql`c.tags @> ${[...tags]}::text[]`);
  return Prisma.join(all, ' AND ');
}

/**
 * As people search the web (quotes, `or`, `-`), with the last word also as the beginning of one, for
 * results while it is typed.
 */
function tsquery(search: string): Prisma.Sql {
  const whole = Prisma.sql`websearch_to_tsquery('simple', ${search}::text)`;
  const word = unfinishedWord(search);
  if (!word) return whole;
  const beginning = Prisma.sql`to_tsquery('simple', ${`${word}:*`}::text)`;
  const rest = finishedWords(search);
  return rest
    ? Prisma.sql`(${whole} || (websearch_to_tsquery('simple', ${rest}::text) && ${beginning}))`
    : Prisma.sql`(${whole} || ${beginning})`;
}
