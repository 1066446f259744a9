-- CreateTable
CREATE TABLE "stored_event" (
    "id" UUID NOT NULL,
    "time" TIMESTAMPTZ(3) NOT NULL,
    "type" TEXT NOT NULL,
    "organization_id" UUID NOT NULL,
    "aggregate_id" TEXT NOT NULL,
    "actor_id" TEXT,
    "correlation_id" TEXT NOT NULL,
    "data" JSONB NOT NULL,

    CONSTRAINT "stored_event_pkey" PRIMARY KEY ("id","time")
)
-- Partitions are made by the service, month by month, as events come.
PARTITION BY RANGE ("time");

-- CreateTable
CREATE TABLE "course_fact" (
    "course_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "published_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "course_fact_pkey" PRIMARY KEY ("course_id")
);

-- CreateTable
CREATE TABLE "enrollment_fact" (
    "enrollment_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "course_id" UUID NOT NULL,
    "learner_id" UUID NOT NULL,
    "enrolled_at" TIMESTAMPTZ(3),
    "waitlisted_at" TIMESTAMPTZ(3),
    "withdrawn_at" TIMESTAMPTZ(3),
    "completed_at" TIMESTAMPTZ(3),
    "percent" DOUBLE PRECISION NOT NULL DEFAULT 0,

    CONSTRAINT "enrollment_fact_pkey" PRIMARY KEY ("enrollment_id")
);

-- CreateTable
CREATE TABLE "daily_learner_activity" (
    "organization_id" UUID NOT NULL,
    "course_id" UUID NOT NULL,
    "learner_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "records" INTEGER NOT NULL,
    "interactions" INTEGER NOT NULL,
    "duration_seconds" INTEGER NOT NULL,

    CONSTRAINT "daily_learner_activity_pkey" PRIMARY KEY ("course_id","learner_id","day")
);

-- CreateTable
CREATE TABLE "daily_topic_activity" (
    "organization_id" UUID NOT NULL,
    "course_id" UUID NOT NULL,
    "topic_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "records" INTEGER NOT NULL,
    "interactions" INTEGER NOT NULL,
    "duration_seconds" INTEGER NOT NULL,

    CONSTRAINT "daily_topic_activity_pkey" PRIMARY KEY ("course_id","topic_id","day")
);

-- CreateTable
CREATE TABLE "question_fact" (
    "organization_id" UUID NOT NULL,
    "course_id" UUID NOT NULL,
    "topic_id" UUID NOT NULL,
    "block_id" UUID NOT NULL,
    "question_id" TEXT NOT NULL,
    "prompt" TEXT NOT NULL,
    "answers" INTEGER NOT NULL,
    "correct" INTEGER NOT NULL,

    CONSTRAINT "question_fact_pkey" PRIMARY KEY ("block_id","question_id")
);

-- CreateTable
CREATE TABLE "wrong_answer" (
    "organization_id" UUID NOT NULL,
    "course_id" UUID NOT NULL,
    "block_id" UUID NOT NULL,
    "question_id" TEXT NOT NULL,
    "response_hash" TEXT NOT NULL,
    "response" TEXT NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "wrong_answer_pkey" PRIMARY KEY ("block_id","question_id","response_hash")
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
CREATE INDEX "stored_event_organization_id_type_time_idx" ON "stored_event"("organization_id", "type", "time");

-- CreateIndex
CREATE INDEX "enrollment_fact_course_id_idx" ON "enrollment_fact"("course_id");

-- CreateIndex
CREATE INDEX "enrollment_fact_organization_id_enrolled_at_idx" ON "enrollment_fact"("organization_id", "enrolled_at");

-- CreateIndex
CREATE INDEX "enrollment_fact_organization_id_completed_at_idx" ON "enrollment_fact"("organization_id", "completed_at");

-- CreateIndex
CREATE INDEX "daily_learner_activity_organization_id_day_learner_id_idx" ON "daily_learner_activity"("organization_id", "day", "learner_id");

-- CreateIndex
CREATE INDEX "daily_learner_activity_organization_id_learner_id_day_idx" ON "daily_learner_activity"("organization_id", "learner_id", "day");

-- CreateIndex
CREATE INDEX "question_fact_course_id_idx" ON "question_fact"("course_id");

-- CreateIndex
CREATE INDEX "wrong_answer_course_id_idx" ON "wrong_answer"("course_id");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_id_key" ON "outbox"("id");

-- CreateIndex
CREATE INDEX "outbox_published_at_seq_idx" ON "outbox"("published_at", "seq");

-- CreateIndex
CREATE INDEX "inbox_processed_at_idx" ON "inbox" USING BRIN ("processed_at");

-- CreateIndex
CREATE INDEX "dead_letter_state_failed_at_idx" ON "dead_letter"("state", "failed_at");

-- Makes the partition of a month (given by any day in it) unless it is there.
CREATE FUNCTION ensure_stored_event_partition(day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  first date := date_trunc('month', day);
BEGIN
  EXECUTE format(
    'CREATE TABLE IF NOT EXISTS stored_event_%s PARTITION OF stored_event FOR VALUES FROM (%L) TO (%L)',
    to_char(first, 'YYYY_MM'),
    to_char(first, 'YYYY-MM-DD') || ' 00:00:00+00',
    to_char(first + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00'
  );
END
$$;
