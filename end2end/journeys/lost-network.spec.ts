import { Parcel } from '../support/api';
import { expect, open, signIn, test } from '../support/test';

test('a page that lost the network catches up without a gap', async ({ page, context, server, consoleErrors }) => {
  consoleErrors.expect(/ERR_INTERNET_DISCONNECTED|ERR_NETWORK|Failed to fetch/);
  const parcel = await Parcel.loaded(server.url, 'customer@demo.test', 'courier@demo.test', 'A kettle');
  await parcel.step('out_for_delivery');
  await parcel.report(60.1716, 24.9373);
  await signIn(page, 'customer@demo.test');
  await open(page, `/deliveries/${parcel.reference}`);
  const link = page.locator('[data-link]').first();
  await expect(link).toHaveText('Live');

  await context.setOffline(true);
  await expect(link).toContainText('Offline');
  await parcel.step('failed', { reason: 'nobody_home' });
  await parcel.step('out_for_delivery');
  await parcel.deliver();

  await context.setOffline(false);
  await expect(link).toHaveText('Live', { timeout: 40_000 });
  await expect(page.getByText('It’s there')).toBeVisible();
  await expect(page.locator('[aria-current=step]')).toContainText('Delivered');
  // Everything that happened is there, once.
  await page.getByText('Everything that happened').click();
  const history = page.locator('.history');
  await expect(history.getByText('Not delivered')).toHaveCount(1);
  await expect(history.getByText('Delivered. Taken by Aino.')).toHaveCount(1);
});
