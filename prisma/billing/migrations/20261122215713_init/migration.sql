-- CreateEnum
CREATE TYPE "OrderStatus" AS ENUM ('PENDING', 'PAID', 'FAILED', 'EXPIRED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "LedgerAccountKind" AS ENUM ('PROVIDER_CLEARING', 'REVENUE');

-- CreateTable
CREATE TABLE "published_course" (
    "course_id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "version_number" INTEGER NOT NULL,

    CONSTRAINT "published_course_pkey" PRIMARY KEY ("course_id")
);

-- CreateTable
CREATE TABLE "product" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "course_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "product_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "product_course" (
    "organization_id" UUID NOT NULL,
    "product_id" UUID NOT NULL,
    "course_id" UUID NOT NULL,

    CONSTRAINT "product_course_pkey" PRIMARY KEY ("product_id","course_id")
);

-- CreateTable
CREATE TABLE "price" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "product_id" UUID NOT NULL,
    "amount_minor" INTEGER NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" UUID NOT NULL,
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "price_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "orders" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "buyer_id" UUID NOT NULL,
    "product_id" UUID NOT NULL,
    "price_id" UUID NOT NULL,
    "product_name" TEXT NOT NULL,
    "course_ids" UUID[],
    "amount_minor" INTEGER NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "status" "OrderStatus" NOT NULL DEFAULT 'PENDING',
    "provider" TEXT NOT NULL,
    "provider_reference" TEXT,
    "payment_url" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "paid_at" TIMESTAMPTZ(3),

    CONSTRAINT "orders_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "provider_event" (
    "provider" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "organization_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "provider_event_pkey" PRIMARY KEY ("provider","event_id")
);

-- CreateTable
CREATE TABLE "ledger_account" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "kind" "LedgerAccountKind" NOT NULL,
    "currency" CHAR(3) NOT NULL,

    CONSTRAINT "ledger_account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "journal_entry" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "source" TEXT NOT NULL,
    "order_id" UUID NOT NULL,
    "posting_count" INTEGER NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "journal_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "posting" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "entry_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "amount_minor" BIGINT NOT NULL,

    CONSTRAINT "posting_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "receipt_counter" (
    "organization_id" UUID NOT NULL,
    "last" INTEGER NOT NULL,

    CONSTRAINT "receipt_counter_pkey" PRIMARY KEY ("organization_id")
);

-- CreateTable
CREATE TABLE "receipt" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "issued_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "receipt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "entitlement" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "holder_id" UUID NOT NULL,
    "course_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "granted_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "entitlement_pkey" PRIMARY KEY ("id")
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
CREATE UNIQUE INDEX "product_organization_id_course_id_key" ON "product"("organization_id", "course_id");

-- CreateIndex
CREATE INDEX "product_course_organization_id_course_id_idx" ON "product_course"("organization_id", "course_id");

-- CreateIndex
CREATE INDEX "price_organization_id_product_id_idx" ON "price"("organization_id", "product_id");

-- CreateIndex
CREATE INDEX "orders_organization_id_buyer_id_id_idx" ON "orders"("organization_id", "buyer_id", "id");

-- CreateIndex
CREATE INDEX "orders_organization_id_id_idx" ON "orders"("organization_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "orders_provider_provider_reference_key" ON "orders"("provider", "provider_reference");

-- CreateIndex
CREATE INDEX "provider_event_organization_id_order_id_idx" ON "provider_event"("organization_id", "order_id");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_account_organization_id_kind_currency_key" ON "ledger_account"("organization_id", "kind", "currency");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_account_id_organization_id_currency_key" ON "ledger_account"("id", "organization_id", "currency");

-- CreateIndex
CREATE UNIQUE INDEX "journal_entry_organization_id_source_key" ON "journal_entry"("organization_id", "source");

-- CreateIndex
CREATE UNIQUE INDEX "journal_entry_id_organization_id_key" ON "journal_entry"("id", "organization_id");

-- CreateIndex
CREATE INDEX "posting_entry_id_idx" ON "posting"("entry_id");

-- CreateIndex
CREATE INDEX "posting_organization_id_account_id_idx" ON "posting"("organization_id", "account_id");

-- CreateIndex
CREATE UNIQUE INDEX "receipt_order_id_key" ON "receipt"("order_id");

-- CreateIndex
CREATE UNIQUE INDEX "receipt_organization_id_number_key" ON "receipt"("organization_id", "number");

-- CreateIndex
CREATE INDEX "entitlement_organization_id_order_id_idx" ON "entitlement"("organization_id", "order_id");

-- CreateIndex
CREATE UNIQUE INDEX "entitlement_holder_id_course_id_order_id_key" ON "entitlement"("holder_id", "course_id", "order_id");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_id_key" ON "outbox"("id");

-- CreateIndex
CREATE INDEX "outbox_published_at_seq_idx" ON "outbox"("published_at", "seq");

-- CreateIndex
CREATE INDEX "inbox_processed_at_idx" ON "inbox" USING BRIN ("processed_at");

-- CreateIndex
CREATE INDEX "dead_letter_state_failed_at_idx" ON "dead_letter"("state", "failed_at");

-- AddForeignKey
ALTER TABLE "posting" ADD CONSTRAINT "posting_entry_id_organization_id_fkey" FOREIGN KEY ("entry_id", "organization_id") REFERENCES "journal_entry"("id", "organization_id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "posting" ADD CONSTRAINT "posting_account_id_organization_id_currency_fkey" FOREIGN KEY ("account_id", "organization_id", "currency") REFERENCES "ledger_account"("id", "organization_id", "currency") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- By hand from here on: what Prisma's schema language cannot say.

-- One current price in each currency, one open order for a product and a buyer.
CREATE UNIQUE INDEX "price_current_key" ON "price" ("product_id", "currency") WHERE "retired_at" IS NULL;
CREATE UNIQUE INDEX "orders_pending_key" ON "orders" ("organization_id", "buyer_id", "product_id") WHERE "status" = 'PENDING';
CREATE INDEX "orders_expiry_idx" ON "orders" ("expires_at") WHERE "status" = 'PENDING';

ALTER TABLE "price" ADD CONSTRAINT "price_amount_check" CHECK ("amount_minor" > 0);
ALTER TABLE "price" ADD CONSTRAINT "price_currency_check" CHECK ("currency" ~ '^[A-Z]{3}$');
ALTER TABLE "orders" ADD CONSTRAINT "orders_amount_check" CHECK ("amount_minor" > 0);
ALTER TABLE "orders" ADD CONSTRAINT "orders_paid_check" CHECK (("status" = 'PAID') = ("paid_at" IS NOT NULL));
ALTER TABLE "posting" ADD CONSTRAINT "posting_amount_check" CHECK ("amount_minor" <> 0);
ALTER TABLE "journal_entry" ADD CONSTRAINT "journal_entry_postings_check" CHECK ("posting_count" >= 2);
ALTER TABLE "receipt" ADD CONSTRAINT "receipt_number_check" CHECK ("number" > 0);

-- The ledger is append-only.
CREATE FUNCTION "refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER "journal_entry_append_only" BEFORE UPDATE OR DELETE ON "journal_entry"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "posting_append_only" BEFORE UPDATE OR DELETE ON "posting"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "receipt_append_only" BEFORE UPDATE OR DELETE ON "receipt"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "journal_entry_no_truncate" BEFORE TRUNCATE ON "journal_entry"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "posting_no_truncate" BEFORE TRUNCATE ON "posting"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "receipt_no_truncate" BEFORE TRUNCATE ON "receipt"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

-- At the commit, every entry has the postings it says, and they add up to zero in each currency.
CREATE FUNCTION "require_balanced_entry"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  entry uuid := CASE WHEN TG_TABLE_NAME = 'journal_entry' THEN NEW."id" ELSE (to_jsonb(NEW) ->> 'entry_id')::uuid END;
  stated integer;
  found integer;
BEGIN
  SELECT "posting_count" INTO stated FROM "journal_entry" WHERE "id" = entry;
  SELECT count(*) INTO found FROM "posting" WHERE "entry_id" = entry;
  IF stated IS DISTINCT FROM found THEN
    RAISE EXCEPTION 'journal entry % has % postings, not the % it states', entry, found, stated
      USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (
    SELECT 1 FROM "posting" WHERE "entry_id" = entry GROUP BY "currency" HAVING sum("amount_minor") <> 0
  ) THEN
    RAISE EXCEPTION 'journal entry % does not balance', entry USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER "journal_entry_balanced" AFTER INSERT ON "journal_entry"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "require_balanced_entry"();
CREATE CONSTRAINT TRIGGER "posting_balanced" AFTER INSERT ON "posting"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "require_balanced_entry"();
