-- A course is known by its status as well, and by when it was said, in place of the version.
CREATE TYPE "CourseStatus" AS ENUM ('DRAFT', 'PUBLISHED', 'ARCHIVED');

ALTER TABLE "published_course" RENAME TO "known_course";
ALTER TABLE "known_course" RENAME CONSTRAINT "published_course_pkey" TO "known_course_pkey";

-- When the rows that are here were said is not known: whatever comes next is newer.
ALTER TABLE "known_course"
    ADD COLUMN "status" "CourseStatus" NOT NULL DEFAULT 'PUBLISHED',
    ADD COLUMN "said_at" TIMESTAMPTZ(3) NOT NULL DEFAULT '1970-01-01T00:00:00Z',
    DROP COLUMN "version_number";
ALTER TABLE "known_course"
    ALTER COLUMN "status" DROP DEFAULT,
    ALTER COLUMN "said_at" DROP DEFAULT;
