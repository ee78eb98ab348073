import { Api, Parcel } from '../support/api';
import { expect, open, signIn, test } from '../support/test';

test('another customer sees nothing of it', async ({ page, server, consoleErrors }) => {
  consoleErrors.expect(/404/);
  const parcel = await Parcel.loaded(server.url, 'customer@demo.test', 'courier2@demo.test');
  await parcel.step('out_for_delivery');
  await parcel.report(60.1716, 24.9373);

  const stranger = await Api.signIn(server.url, 'customer2@demo.test');
  const foreign = await stranger.call('GET', `/deliveries/${parcel.reference}/tracking`);
  const unknown = await stranger.call('GET', '/deliveries/PL-0000-0000/tracking');
  expect([foreign.status, await foreign.text()]).toEqual([unknown.status, await unknown.text()]);

  const bodies: string[] = [];
  page.on('response', async (response) => {
    const kind = response.headers()['content-type'] ?? '';
    if (/json|html/.test(kind)) bodies.push(await response.text().catch(() => ''));
  });
  await signIn(page, 'customer2@demo.test');
  await open(page, `/deliveries/${parcel.reference}`);
  await expect(page.getByText('it is not yours to see')).toBeVisible();
  expect(bodies.join('\n')).not.toContain('60.1716');
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
