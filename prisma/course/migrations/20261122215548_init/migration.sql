-- CreateEnum
CREATE TYPE "CourseStatus" AS ENUM ('DRAFT', 'PUBLISHED', 'ARCHIVED');

-- CreateEnum
CREATE TYPE "CompletionRule" AS ENUM ('VIEW', 'QUIZ_SCORE', 'MANUAL');

-- CreateEnum
CREATE TYPE "BlockKind" AS ENUM ('PAGE', 'VIDEO', 'LINK', 'DOCUMENT', 'QUIZ');

-- CreateEnum
CREATE TYPE "EnrollmentStatus" AS ENUM ('PENDING', 'WAITLISTED', 'ACTIVE', 'SUSPENDED', 'COMPLETED', 'WITHDRAWN', 'EXPIRED');

-- CreateEnum
CREATE TYPE "EnrollmentSource" AS ENUM ('SELF', 'PURCHASE', 'STAFF', 'LEARNING_PATH', 'WAITLIST');

-- CreateEnum
CREATE TYPE "LearningPathStatus" AS ENUM ('DRAFT', 'PUBLISHED');

-- array_to_string is only STABLE, because it serves any type; for text it depends on nothing else,
-- and generated columns take nothing less than IMMUTABLE.
CREATE FUNCTION words_of(words TEXT[]) RETURNS TEXT
    LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN array_to_string(words, ' ');

-- CreateTable
CREATE TABLE "course" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "summary" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "category" TEXT,
    "tags" TEXT[],
    "status" "CourseStatus" NOT NULL DEFAULT 'DRAFT',
    "capacity" INTEGER,
    "seats_taken" INTEGER NOT NULL DEFAULT 0,
    "waitlist_counter" INTEGER NOT NULL DEFAULT 0,
    "payment_required" BOOLEAN NOT NULL DEFAULT false,
    "draft_version_id" UUID NOT NULL,
    "published_version_id" UUID,
    "published_version_number" INTEGER,
    "published_at" TIMESTAMPTZ(3),
    "created_by" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "search" tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', title), 'A')
        || setweight(to_tsvector('simple', words_of(tags)), 'B')
        || setweight(to_tsvector('simple', coalesce(category, '')), 'B')
        || setweight(to_tsvector('simple', summary), 'C')
    ) STORED,

    CONSTRAINT "course_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "course_version" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "course_id" UUID NOT NULL,
    "number" INTEGER,
    "notes" TEXT,
    "revision" INTEGER NOT NULL DEFAULT 0,
    "published_at" TIMESTAMPTZ(3),
    "published_by" UUID,

    CONSTRAINT "course_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "module" (
    "id" UUID NOT NULL,
    "version_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "course_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "title" TEXT NOT NULL,

    CONSTRAINT "module_pkey" PRIMARY KEY ("version_id","id")
);

-- CreateTable
CREATE TABLE "lesson" (
    "id" UUID NOT NULL,
    "version_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "course_id" UUID NOT NULL,
    "module_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "title" TEXT NOT NULL,

    CONSTRAINT "lesson_pkey" PRIMARY KEY ("version_id","id")
);

-- CreateTable
CREATE TABLE "topic" (
    "id" UUID NOT NULL,
    "version_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "course_id" UUID NOT NULL,
    "lesson_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "completion_rule" "CompletionRule" NOT NULL,

    CONSTRAINT "topic_pkey" PRIMARY KEY ("version_id","id")
);

-- CreateTable
CREATE TABLE "block" (
    "id" UUID NOT NULL,
    "version_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "course_id" UUID NOT NULL,
    "topic_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "kind" "BlockKind" NOT NULL,
    "title" TEXT NOT NULL,
    "content" JSONB NOT NULL,
    "answer_key" JSONB,

    CONSTRAINT "block_pkey" PRIMARY KEY ("version_id","id")
);

-- CreateTable
CREATE TABLE "course_prerequisite" (
    "course_id" UUID NOT NULL,
    "prerequisite_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,

    CONSTRAINT "course_prerequisite_pkey" PRIMARY KEY ("course_id","prerequisite_id")
);

-- CreateTable
CREATE TABLE "enrollment" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "course_id" UUID NOT NULL,
    "learner_id" UUID NOT NULL,
    "status" "EnrollmentStatus" NOT NULL,
    "source" "EnrollmentSource" NOT NULL,
    "waitlist_number" INTEGER,
    "waitlisted_at" TIMESTAMPTZ(3),
    "enrolled_at" TIMESTAMPTZ(3),
    "withdrawn_at" TIMESTAMPTZ(3),
    "completed_at" TIMESTAMPTZ(3),

    CONSTRAINT "enrollment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "entitlement" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "holder_id" UUID NOT NULL,
    "course_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "granted_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "entitlement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "person" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,

    CONSTRAINT "person_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "learning_path" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "summary" TEXT NOT NULL,
    "status" "LearningPathStatus" NOT NULL DEFAULT 'DRAFT',
    "published_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "learning_path_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "learning_path_course" (
    "learning_path_id" UUID NOT NULL,
    "course_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "learning_path_course_pkey" PRIMARY KEY ("learning_path_id","course_id")
);

-- CreateTable
CREATE TABLE "learning_path_member" (
    "learning_path_id" UUID NOT NULL,
    "learner_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "joined_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "learning_path_member_pkey" PRIMARY KEY ("learning_path_id","learner_id")
);

-- CreateTable
CREATE TABLE "outbox" (
    "seq" BIGSERIAL NOT NULL,
    "id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "aggregate_id" TEXT NOT NULL,
    "organization_id" UUID NOT NULL,
    "actor_id" TEXT,
    "correlation_id" TEXT NOT NULL,
    "causation_id" UUID,
    "time" TIMESTAMPTZ(3) NOT NULL,
    "data" JSONB NOT NULL,
    "published_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "inbox" (
    "id" UUID NOT NULL,
    "processed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "inbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dead_letter" (
    "id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "aggregate_id" TEXT NOT NULL,
    "event" JSONB NOT NULL,
    "error" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "failed_at" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'FAILED',

    CONSTRAINT "dead_letter_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "course_draft_version_id_key" ON "course"("draft_version_id");

-- CreateIndex
CREATE INDEX "course_organization_id_status_id_idx" ON "course"("organization_id", "status", "id" DESC);

-- CreateIndex
CREATE INDEX "course_search_idx" ON "course" USING GIN ("search");

-- CreateIndex
CREATE UNIQUE INDEX "course_organization_id_slug_key" ON "course"("organization_id", "slug");

-- CreateIndex
CREATE UNIQUE INDEX "course_version_course_id_number_key" ON "course_version"("course_id", "number");

-- CreateIndex
CREATE INDEX "module_id_idx" ON "module"("id");

-- CreateIndex
CREATE INDEX "lesson_id_idx" ON "lesson"("id");

-- CreateIndex
CREATE INDEX "lesson_version_id_module_id_position_idx" ON "lesson"("version_id", "module_id", "position");

-- CreateIndex
CREATE INDEX "topic_id_idx" ON "topic"("id");

-- CreateIndex
CREATE INDEX "topic_version_id_lesson_id_position_idx" ON "topic"("version_id", "lesson_id", "position");

-- CreateIndex
CREATE INDEX "block_id_idx" ON "block"("id");

-- CreateIndex
CREATE INDEX "block_version_id_topic_id_position_idx" ON "block"("version_id", "topic_id", "position");

-- CreateIndex
CREATE INDEX "course_prerequisite_prerequisite_id_idx" ON "course_prerequisite"("prerequisite_id");

-- CreateIndex
CREATE INDEX "course_prerequisite_organization_id_idx" ON "course_prerequisite"("organization_id");

-- CreateIndex
CREATE INDEX "enrollment_learner_id_id_idx" ON "enrollment"("learner_id", "id" DESC);

-- CreateIndex
CREATE INDEX "enrollment_course_id_id_idx" ON "enrollment"("course_id", "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "enrollment_course_id_learner_id_key" ON "enrollment"("course_id", "learner_id");

-- CreateIndex
CREATE INDEX "entitlement_holder_id_course_id_idx" ON "entitlement"("holder_id", "course_id");

-- CreateIndex
CREATE INDEX "learning_path_organization_id_status_id_idx" ON "learning_path"("organization_id", "status", "id" DESC);

-- CreateIndex
CREATE INDEX "learning_path_course_course_id_idx" ON "learning_path_course"("course_id");

-- CreateIndex
CREATE INDEX "learning_path_member_learner_id_idx" ON "learning_path_member"("learner_id");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_id_key" ON "outbox"("id");

-- CreateIndex
CREATE INDEX "outbox_published_at_seq_idx" ON "outbox"("published_at", "seq");

-- CreateIndex
CREATE INDEX "inbox_processed_at_idx" ON "inbox" USING BRIN ("processed_at");

-- CreateIndex
CREATE INDEX "dead_letter_state_failed_at_idx" ON "dead_letter"("state", "failed_at");

-- AddForeignKey
ALTER TABLE "course_version" ADD CONSTRAINT "course_version_course_id_fkey" FOREIGN KEY ("course_id") REFERENCES "course"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "module" ADD CONSTRAINT "module_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "course_version"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lesson" ADD CONSTRAINT "lesson_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "course_version"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lesson" ADD CONSTRAINT "lesson_version_id_module_id_fkey" FOREIGN KEY ("version_id", "module_id") REFERENCES "module"("version_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "topic" ADD CONSTRAINT "topic_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "course_version"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "topic" ADD CONSTRAINT "topic_version_id_lesson_id_fkey" FOREIGN KEY ("version_id", "lesson_id") REFERENCES "lesson"("version_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "block" ADD CONSTRAINT "block_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "course_version"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "block" ADD CONSTRAINT "block_version_id_topic_id_fkey" FOREIGN KEY ("version_id", "topic_id") REFERENCES "topic"("version_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "course_prerequisite" ADD CONSTRAINT "course_prerequisite_course_id_fkey" FOREIGN KEY ("course_id") REFERENCES "course"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "course_prerequisite" ADD CONSTRAINT "course_prerequisite_prerequisite_id_fkey" FOREIGN KEY ("prerequisite_id") REFERENCES "course"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "enrollment" ADD CONSTRAINT "enrollment_course_id_fkey" FOREIGN KEY ("course_id") REFERENCES "course"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "learning_path_course" ADD CONSTRAINT "learning_path_course_learning_path_id_fkey" FOREIGN KEY ("learning_path_id") REFERENCES "learning_path"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "learning_path_course" ADD CONSTRAINT "learning_path_course_course_id_fkey" FOREIGN KEY ("course_id") REFERENCES "course"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "learning_path_member" ADD CONSTRAINT "learning_path_member_learning_path_id_fkey" FOREIGN KEY ("learning_path_id") REFERENCES "learning_path"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- One draft for each course.
CREATE UNIQUE INDEX "course_version_draft" ON "course_version"("course_id") WHERE "number" IS NULL;

-- The waitlist in its order; a number is given once.
CREATE UNIQUE INDEX "enrollment_waitlist" ON "enrollment"("course_id", "waitlist_number") WHERE "waitlist_number" IS NOT NULL;

-- What no race may break, whatever the code does. (Capacity may be lowered below the seats taken.)
ALTER TABLE "course" ADD CONSTRAINT "course_seats" CHECK ("seats_taken" >= 0 AND ("capacity" IS NULL OR "capacity" >= 0));
ALTER TABLE "enrollment" ADD CONSTRAINT "enrollment_waits" CHECK (("status" = 'WAITLISTED') = ("waitlist_number" IS NOT NULL));
ALTER TABLE "course_prerequisite" ADD CONSTRAINT "course_prerequisite_other" CHECK ("course_id" <> "prerequisite_id");
ALTER TABLE "block" ADD CONSTRAINT "block_key_of_quiz" CHECK (("kind" = 'QUIZ') = ("answer_key" IS NOT NULL));
