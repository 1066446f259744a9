-- CreateEnum
CREATE TYPE "StaffRole" AS ENUM ('INSTRUCTOR', 'TEACHING_ASSISTANT');

-- CreateTable
CREATE TABLE "course_staff" (
    "course_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "role" "StaffRole" NOT NULL,
    "added_by" UUID,
    "added_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "course_staff_pkey" PRIMARY KEY ("course_id","user_id")
);

-- CreateIndex
CREATE INDEX "course_staff_user_id_idx" ON "course_staff"("user_id");

-- AddForeignKey
ALTER TABLE "course_staff" ADD CONSTRAINT "course_staff_course_id_fkey" FOREIGN KEY ("course_id") REFERENCES "course"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Whoever made a course teaches it. Where that is not known, whoever changed it does: who published a
-- version of it, imported it, or caused an event of it that is still kept.
INSERT INTO "course_staff" ("course_id", "user_id", "organization_id", "role", "added_at")
SELECT "id", "created_by", "organization_id", 'INSTRUCTOR', "created_at"
FROM "course" WHERE "created_by" IS NOT NULL;

INSERT INTO "course_staff" ("course_id", "user_id", "organization_id", "role", "added_at")
SELECT DISTINCT c."id", changed."by", c."organization_id", 'INSTRUCTOR'::"StaffRole", c."created_at"
FROM "course" c
JOIN (
  SELECT "course_id", "published_by" AS "by" FROM "course_version"
  UNION
  SELECT "course_id", "requested_by" FROM "course_import"
  UNION
  SELECT "aggregate_id"::uuid, "actor_id"::uuid FROM "outbox"
  WHERE "type" LIKE 'course.course.%' AND "actor_id" IS NOT NULL
) changed ON changed."course_id" = c."id"
WHERE c."created_by" IS NULL AND changed."by" IS NOT NULL;

-- Services that keep a copy of it hear of them as of any others.
INSERT INTO "outbox" ("id", "type", "aggregate_id", "organization_id", "actor_id", "correlation_id", "time", "data")
SELECT said."id", 'course.staff.added.v1', s."course_id"::text, s."organization_id", NULL, said."id"::text, now(),
  jsonb_build_object('courseId', s."course_id", 'courseTitle', c."title", 'userId', s."user_id",
    'role', s."role", 'addedBy', NULL)
FROM "course_staff" s
JOIN "course" c ON c."id" = s."course_id"
CROSS JOIN LATERAL (SELECT gen_random_uuid() AS "id", s."user_id" AS "of") said
ORDER BY s."course_id", s."user_id";
