ALTER TABLE "course_structure" ADD COLUMN "titled_at" TIMESTAMPTZ(3);
UPDATE "course_structure" SET "titled_at" = "published_at";
ALTER TABLE "course_structure" ALTER COLUMN "titled_at" SET NOT NULL;
