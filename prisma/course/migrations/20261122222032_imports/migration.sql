-- CreateEnum
CREATE TYPE "UploadState" AS ENUM ('PENDING', 'RECEIVED', 'USED');

-- CreateEnum
CREATE TYPE "CourseImportState" AS ENUM ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED');

-- CreateTable
CREATE TABLE "upload" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "created_by" UUID NOT NULL,
    "filename" TEXT NOT NULL,
    "content_type" TEXT NOT NULL,
    "byte_length" INTEGER NOT NULL,
    "state" "UploadState" NOT NULL DEFAULT 'PENDING',
    "sha256" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "upload_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "media" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "sha256" TEXT NOT NULL,
    "filename" TEXT NOT NULL,
    "content_type" TEXT NOT NULL,
    "byte_length" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "media_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "course_import" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "requested_by" UUID NOT NULL,
    "upload_id" UUID NOT NULL,
    "state" "CourseImportState" NOT NULL DEFAULT 'QUEUED',
    "percent" INTEGER NOT NULL DEFAULT 0,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "course_id" UUID,
    "report" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "course_import_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "upload_created_by_state_idx" ON "upload"("created_by", "state");

-- CreateIndex
CREATE INDEX "upload_expires_at_idx" ON "upload"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "media_organization_id_sha256_key" ON "media"("organization_id", "sha256");

-- CreateIndex
CREATE UNIQUE INDEX "course_import_upload_id_key" ON "course_import"("upload_id");

-- CreateIndex
CREATE INDEX "course_import_state_created_at_idx" ON "course_import"("state", "created_at");

-- CreateIndex
CREATE INDEX "course_import_organization_id_id_idx" ON "course_import"("organization_id", "id" DESC);

-- AddForeignKey
ALTER TABLE "course_import" ADD CONSTRAINT "course_import_upload_id_fkey" FOREIGN KEY ("upload_id") REFERENCES "upload"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
