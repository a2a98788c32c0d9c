-- Campaigns that wait for their open tokens: the worker looks for them every few seconds.

-- CreateIndex
CREATE INDEX "campaigns_closing_idx" ON "campaigns"("id") WHERE (status = 'closing'::campaign_status);
