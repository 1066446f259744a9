-- AlterTable
ALTER TABLE "outbox" ADD COLUMN     "doubtful" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "number" BIGINT;

-- CreateIndex
CREATE INDEX "outbox_number_idx" ON "outbox"("number");

-- By hand, since the schema has no words for it: few rows are doubtful, and all of them are asked for.
CREATE INDEX "outbox_doubtful_idx" ON "outbox"("number") WHERE "doubtful";
