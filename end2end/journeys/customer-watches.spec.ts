import { Parcel } from '../support/api';
import { expect, open, signIn, test } from '../support/test';

test('a customer watches the courier come', async ({ page, server }) => {
  const parcel = await Parcel.loaded(server.url, 'customer@demo.test', 'courier3@demo.test', 'Running shoes');
  await signIn(page, 'customer@demo.test');

  // The notice comes to whatever page the customer is on, the moment the courier says so.
  await parcel.step('out_for_delivery');
  await expect(page.getByText('Your package is out for delivery.')).toBeVisible();

  await parcel.report(60.1716, 24.9373);
  await page.getByRole('link', { name: /Running shoes/ }).click();
  await page.waitForURL(`**/deliveries/${parcel.reference}`);
  const van = page.locator('.leaflet-marker-icon.van');
  await expect(van).toBeVisible();
  await expect(page.getByText('Otto')).toBeVisible();
  await expect(page.getByText('Blue van')).toBeVisible();
  await expect(page.getByText('You’re next', { exact: true })).toBeVisible();
  await expect(page.locator('.leaflet-overlay-pane path').first()).toBeAttached();

  // The marker and the time move without a reload.
  const where = () => van.evaluate((marker) => (marker as HTMLElement).style.transform);
  const [before, arrival] = [await where(), await page.locator('.arrival').innerText()];
  await parcel.report(60.1712, 24.9445, 10);
  await expect.poll(where).not.toBe(before);
  await expect.poll(() => page.locator('.arrival').innerText()).not.toBe(arrival);

  // At the end the courier is gone from the map, at once.
  await parcel.deliver();
  await expect(page.getByText('Your package was delivered.')).toBeVisible();
  await expect(van).toHaveCount(0);
  await expect(page.getByText('Blue van')).toHaveCount(0);
});

test('what happened while the customer was away is in the timeline', async ({ page, server }) => {
  const parcel = await Parcel.loaded(server.url, 'customer2@demo.test', 'courier2@demo.test');
  await parcel.step('out_for_delivery');
  await parcel.step('failed', { reason: 'nobody_home' });
  await signIn(page, 'customer2@demo.test');
  await open(page, `/deliveries/${parcel.reference}`);
  for (const step of ['Booked', 'Collected', 'Out for delivery', 'Not delivered']) {
    await expect(page.getByRole('list').getByText(step, { exact: true }).first()).toBeVisible();
  }
});
