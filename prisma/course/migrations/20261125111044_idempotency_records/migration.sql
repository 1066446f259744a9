-- CreateTable
CREATE TABLE "idempotency_record" (
    "id" TEXT NOT NULL,
    "organization_id" UUID,
    "fingerprint" TEXT NOT NULL,
    "owner" UUID NOT NULL,
    "lease_until" TIMESTAMPTZ(3) NOT NULL,
    "took_effect" BOOLEAN NOT NULL DEFAULT false,
    "answer" BYTEA,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "idempotency_record_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "idempotency_record_expires_at_idx" ON "idempotency_record"("expires_at");
