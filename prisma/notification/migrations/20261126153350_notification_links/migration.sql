-- AlterTable
ALTER TABLE "notification" ADD COLUMN     "link" JSONB;

-- That a course was completed is said by the message of its certificate; its own has no template any more.
UPDATE "delivery" SET "state" = 'SUPPRESSED'
WHERE "state" = 'PENDING'
  AND "notification_id" IN (SELECT "id" FROM "notification" WHERE "template" = 'course-completed');
