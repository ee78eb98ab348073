import type { Page } from '@playwright/test';
import { Api, DOOR, Parcel } from '../support/api';
import { expect, open, signIn, test } from '../support/test';

/** Where the van and the door are, and who drives. */
const SECRETS = ['60.1716', '24.9373', String(DOOR.lat), String(DOOR.lon), DOOR.text, 'Siiri'];

/** A customer no journey sends anything: what the page of anyone else may say, this one's must not. */
const STRANGER = 'resident3@demo.test';

/** Collects the text of every page and answer from now on; the stream, which has no end, is none. */
function readBodies(page: Page): Promise<string>[] {
  const bodies: Promise<string>[] = [];
  page.on('response', (response) => {
    const kind = response.headers()['content-type'] ?? '';
    // A redirect and a page that was left have no text any more.
    if (/json|html/.test(kind)) bodies.push(response.text().catch(() => ''));
  });
  return bodies;
}

test('another customer sees nothing of it', async ({ page, server, consoleErrors }) => {
  consoleErrors.expect(/404/);
  const parcel = await Parcel.loaded(server.url, 'customer@demo.test', 'courier2@demo.test');
  await parcel.step('out_for_delivery');
  await parcel.report(60.1716, 24.9373);

  const stranger = await Api.signIn(server.url, STRANGER);
  const foreign = await stranger.call('GET', `/deliveries/${parcel.reference}/tracking`);
  const unknown = await stranger.call('GET', '/deliveries/PL-0000-0000/tracking');
  expect([foreign.status, await foreign.text()]).toEqual([unknown.status, await unknown.text()]);

  const bodies = readBodies(page);
  await signIn(page, STRANGER);
  await open(page, `/deliveries/${parcel.reference}`);
  await expect(page.getByText('it is not yours to see')).toBeVisible();
  const seen = (await Promise.all(bodies)).join('\n');
  for (const secret of SECRETS) expect(seen).not.toContain(secret);
});

test('the customer whose parcel it is gets all of that', async ({ page, server }) => {
  // Were these words written otherwise, the stranger's test would find nothing and prove nothing.
  const parcel = await Parcel.loaded(server.url, 'customer@demo.test', 'courier2@demo.test');
  await parcel.step('out_for_delivery');
  await parcel.report(60.1716, 24.9373);
  const bodies = readBodies(page);
  await signIn(page, 'customer@demo.test');
  await open(page, `/deliveries/${parcel.reference}`);
  await expect(page.locator('.leaflet-marker-icon.van')).toBeVisible();
  const seen = (await Promise.all(bodies)).join('\n');
  for (const secret of SECRETS) expect(seen).toContain(secret);
});

test('who is not signed in is led there and back', async ({ page, server }) => {
  const parcel = await Parcel.loaded(server.url);
  await page.goto(`/deliveries/${parcel.reference}`);
  await page.waitForURL(/\/sign-in/);
  await page.locator('body[data-hydrated]').waitFor();
  await page.getByLabel('E-mail').fill('customer@demo.test');
  await page.getByLabel('Password').fill('porchlight-demo');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`**/deliveries/${parcel.reference}`);
});
