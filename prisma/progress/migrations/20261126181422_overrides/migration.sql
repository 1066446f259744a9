-- AlterTable
ALTER TABLE "topic_progress" ADD COLUMN     "completed_by" UUID,
ADD COLUMN     "completion_reason" TEXT;

-- CreateTable
CREATE TABLE "attempt_grant" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "enrollment_id" UUID NOT NULL,
    "block_id" UUID NOT NULL,
    "attempts" INTEGER NOT NULL,
    "attempts_made" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "granted_by" UUID NOT NULL,
    "granted_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "attempt_grant_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "attempt_grant_enrollment_id_block_id_idx" ON "attempt_grant"("enrollment_id", "block_id");

-- AddForeignKey
ALTER TABLE "attempt_grant" ADD CONSTRAINT "attempt_grant_enrollment_id_fkey" FOREIGN KEY ("enrollment_id") REFERENCES "course_progress"("id") ON DELETE CASCADE ON UPDATE CASCADE;
