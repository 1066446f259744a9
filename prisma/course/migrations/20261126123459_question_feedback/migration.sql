-- AlterTable
ALTER TABLE "block" ADD COLUMN     "feedback" JSONB;
