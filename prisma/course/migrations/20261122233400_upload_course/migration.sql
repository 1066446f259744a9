-- AlterTable
ALTER TABLE "upload" ADD COLUMN     "course_id" UUID;
