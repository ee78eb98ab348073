import type { Page } from '@playwright/test';
import { Parcel, PASSWORD } from '../support/api';
import { expect, open, signIn, test } from '../support/test';

/** Leaves every element and attribute it could be put into, and runs where it succeeds. */
const HOSTILE = `</textarea><script>hurt=1</script>"'><img src=x>`;

/** Expects the text to be read as it was written, so many times or more, and to have become nothing else. */
async function expectHarmless(page: Page, places = 1): Promise<void> {
  const written = page.getByText(HOSTILE);
  await expect.poll(() => written.count(), page.url()).toBeGreaterThanOrEqual(places);
  await expect(page.locator('img[src=x]')).toHaveCount(0);
  expect(await page.evaluate(() => 'hurt' in window), 'whether it ran').toBe(false);
}

test('markup in people’s words stays text', async ({ page, browser, server }) => {
  const email = `mallory-${Date.now()}@example.org`;
  await open(page, '/sign-up');
  await page.getByLabel('Name').fill(HOSTILE);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL((url) => url.pathname === '/');
  await open(page, '/account');
  await expectHarmless(page);

  const parcel = await Parcel.loaded(server.url, email, 'courier@demo.test', HOSTILE);
  await parcel.step('out_for_delivery');
  await open(page, '/');
  await expectHarmless(page);

  // The description, then a link's label, then a reason that comes over the stream.
  await open(page, `/deliveries/${parcel.reference}`);
  await expectHarmless(page);
  await page.getByText('Let someone else watch').click();
  await page.getByLabel('Who is it for?').fill(HOSTILE);
  await page.getByRole('button', { name: 'Create link' }).click();
  await expectHarmless(page, 2);
  await page.getByText('Everything that happened').click();
  await parcel.step('failed', { reason: HOSTILE });
  await expect(page.getByText(`Not delivered: ${HOSTILE}`)).toBeVisible();
  await expectHarmless(page, 3);
  // As the server renders it.
  await open(page, `/deliveries/${parcel.reference}`);
  await page.getByText('Let someone else watch').click();
  await page.getByText('Everything that happened').click();
  await expectHarmless(page, 3);

  // The courier reads the recipient's name and the description.
  await parcel.step('out_for_delivery');
  const cab = await browser.newContext({ baseURL: server.url });
  const courier = await cab.newPage();
  await signIn(courier, 'courier@demo.test');
  await open(courier, '/courier');
  await expectHarmless(courier, 2);
  await cab.close();
});
