import { expect, test } from '../support/test';
import { Server } from '../support/server';

test('in the demo city a courier is on the way within a minute', async ({ page }) => {
  const city = await Server.start({ PORCHLIGHT_DEMO_COURIERS: '1' });
  try {
    await page.goto(`${city.url}/sign-in`);
    await page.locator('body[data-hydrated]').waitFor();
    await page.getByLabel('E-mail').fill('customer@demo.test');
    await page.getByLabel('Password').fill('porchlight-demo');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${city.url}/`);
    await page.locator('a[href^="/deliveries/"]').first().click({ timeout: 60_000 });
    const van = page.locator('.leaflet-marker-icon.van');
    await expect(van).toBeVisible({ timeout: 60_000 });
    const where = () => van.evaluate((marker) => (marker as HTMLElement).style.transform);
    const before = await where();
    await expect.poll(where, { timeout: 60_000 }).not.toBe(before);
  } finally {
    await page.close();
    await city.stop();
  }
});
