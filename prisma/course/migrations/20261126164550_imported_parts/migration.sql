-- AlterTable
ALTER TABLE "course_import" ADD COLUMN     "source" TEXT,
ADD COLUMN     "update_course_id" UUID,
ADD COLUMN     "update_revision" INTEGER;

-- CreateTable
CREATE TABLE "imported_part" (
    "course_id" UUID NOT NULL,
    "source" TEXT NOT NULL,
    "organization_id" UUID NOT NULL,
    "part_id" UUID NOT NULL,

    CONSTRAINT "imported_part_pkey" PRIMARY KEY ("course_id","source")
);

-- CreateIndex
CREATE INDEX "course_import_organization_id_source_idx" ON "course_import"("organization_id", "source");

-- CreateIndex
CREATE INDEX "course_import_course_id_idx" ON "course_import"("course_id");

-- AddForeignKey
ALTER TABLE "imported_part" ADD CONSTRAINT "imported_part_course_id_fkey" FOREIGN KEY ("course_id") REFERENCES "course"("id") ON DELETE CASCADE ON UPDATE CASCADE;
