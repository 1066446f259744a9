ALTER TABLE "course_fact" ADD COLUMN "titled_at" TIMESTAMPTZ(3);
UPDATE "course_fact" SET "titled_at" = "published_at";
ALTER TABLE "course_fact" ALTER COLUMN "titled_at" SET NOT NULL;
