-- CreateTable
CREATE TABLE "course_structure" (
    "course_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "version_number" INTEGER NOT NULL,
    "reevaluated_version" INTEGER NOT NULL DEFAULT 0,
    "title" TEXT NOT NULL,
    "structure" JSONB NOT NULL,
    "topic_ids" UUID[],
    "published_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "course_structure_pkey" PRIMARY KEY ("course_id")
);

-- CreateTable
CREATE TABLE "course_progress" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "course_id" UUID NOT NULL,
    "learner_id" UUID NOT NULL,
    "enrolled_at" TIMESTAMPTZ(3) NOT NULL,
    "withdrawn_at" TIMESTAMPTZ(3),
    "structure_version" INTEGER NOT NULL,
    "percent" INTEGER NOT NULL DEFAULT 0,
    "completed_topics" INTEGER NOT NULL DEFAULT 0,
    "total_topics" INTEGER NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'INCOMPLETE',
    "next_topic_id" UUID,
    "started_at" TIMESTAMPTZ(3),
    "last_activity_at" TIMESTAMPTZ(3),
    "completed_at" TIMESTAMPTZ(3),

    CONSTRAINT "course_progress_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "topic_progress" (
    "enrollment_id" UUID NOT NULL,
    "topic_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "views" INTEGER NOT NULL DEFAULT 0,
    "interactions" INTEGER NOT NULL DEFAULT 0,
    "duration_seconds" INTEGER NOT NULL DEFAULT 0,
    "first_at" TIMESTAMPTZ(3),
    "last_at" TIMESTAMPTZ(3),
    "seen" BOOLEAN NOT NULL DEFAULT false,
    "seen_block_ids" UUID[] DEFAULT ARRAY[]::UUID[],
    "state" TEXT NOT NULL DEFAULT 'INCOMPLETE',
    "completed_at" TIMESTAMPTZ(3),

    CONSTRAINT "topic_progress_pkey" PRIMARY KEY ("enrollment_id","topic_id")
);

-- CreateTable
CREATE TABLE "activity_record" (
    "organization_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "enrollment_id" UUID NOT NULL,
    "topic_id" UUID NOT NULL,
    "block_id" UUID,
    "kind" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL,
    "duration_seconds" INTEGER NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "activity_record_pkey" PRIMARY KEY ("organization_id","id")
);

-- CreateTable
CREATE TABLE "assessment_attempt" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "enrollment_id" UUID NOT NULL,
    "course_id" UUID NOT NULL,
    "learner_id" UUID NOT NULL,
    "topic_id" UUID NOT NULL,
    "block_id" UUID NOT NULL,
    "submission_id" UUID,
    "number" INTEGER NOT NULL,
    "attempts_allowed" INTEGER,
    "score" DOUBLE PRECISION NOT NULL,
    "max_score" DOUBLE PRECISION NOT NULL,
    "percent" DOUBLE PRECISION NOT NULL,
    "passed" BOOLEAN NOT NULL,
    "structure_version" INTEGER NOT NULL,
    "submitted_at" TIMESTAMPTZ(3) NOT NULL,
    "answers" JSONB NOT NULL,

    CONSTRAINT "assessment_attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "certificate" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "enrollment_id" UUID NOT NULL,
    "course_id" UUID NOT NULL,
    "learner_id" UUID NOT NULL,
    "learner_name" TEXT,
    "course_title" TEXT NOT NULL,
    "organization_name" TEXT,
    "verification_code" TEXT NOT NULL,
    "issued_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "certificate_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "learning_path" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "course_ids" UUID[],

    CONSTRAINT "learning_path_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "learning_path_progress" (
    "learning_path_id" UUID NOT NULL,
    "learner_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "joined_at" TIMESTAMPTZ(3) NOT NULL,
    "completed_at" TIMESTAMPTZ(3),

    CONSTRAINT "learning_path_progress_pkey" PRIMARY KEY ("learning_path_id","learner_id")
);

-- CreateTable
CREATE TABLE "person" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "person_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "issuer" (
    "organization_id" UUID NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "issuer_pkey" PRIMARY KEY ("organization_id")
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
CREATE INDEX "course_structure_topic_ids_idx" ON "course_structure" USING GIN ("topic_ids");

-- CreateIndex
CREATE INDEX "course_progress_learner_id_course_id_idx" ON "course_progress"("learner_id", "course_id");

-- CreateIndex
CREATE INDEX "course_progress_course_id_structure_version_idx" ON "course_progress"("course_id", "structure_version");

-- CreateIndex
CREATE INDEX "activity_record_enrollment_id_occurred_at_idx" ON "activity_record"("enrollment_id", "occurred_at");

-- CreateIndex
CREATE UNIQUE INDEX "assessment_attempt_enrollment_id_block_id_number_key" ON "assessment_attempt"("enrollment_id", "block_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "assessment_attempt_enrollment_id_submission_id_key" ON "assessment_attempt"("enrollment_id", "submission_id");

-- CreateIndex
CREATE UNIQUE INDEX "certificate_enrollment_id_key" ON "certificate"("enrollment_id");

-- CreateIndex
CREATE UNIQUE INDEX "certificate_verification_code_key" ON "certificate"("verification_code");

-- CreateIndex
CREATE INDEX "certificate_learner_id_issued_at_idx" ON "certificate"("learner_id", "issued_at");

-- CreateIndex
CREATE INDEX "learning_path_progress_learner_id_idx" ON "learning_path_progress"("learner_id");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_id_key" ON "outbox"("id");

-- CreateIndex
CREATE INDEX "outbox_published_at_seq_idx" ON "outbox"("published_at", "seq");

-- CreateIndex
CREATE INDEX "inbox_processed_at_idx" ON "inbox" USING BRIN ("processed_at");

-- CreateIndex
CREATE INDEX "dead_letter_state_failed_at_idx" ON "dead_letter"("state", "failed_at");

-- AddForeignKey
ALTER TABLE "topic_progress" ADD CONSTRAINT "topic_progress_enrollment_id_fkey" FOREIGN KEY ("enrollment_id") REFERENCES "course_progress"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assessment_attempt" ADD CONSTRAINT "assessment_attempt_enrollment_id_fkey" FOREIGN KEY ("enrollment_id") REFERENCES "course_progress"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "certificate" ADD CONSTRAINT "certificate_enrollment_id_fkey" FOREIGN KEY ("enrollment_id") REFERENCES "course_progress"("id") ON DELETE CASCADE ON UPDATE CASCADE;
