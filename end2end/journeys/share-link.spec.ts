import { Parcel } from '../support/api';
import { expect, open, signIn, test } from '../support/test';

test('a share link shows the van and no address, until it is ended', async ({ page, browser, server, consoleErrors }) => {
  consoleErrors.expect(/404/);
  const parcel = await Parcel.loaded(server.url, 'customer@demo.test', 'courier@demo.test', 'A secret gift');
  await parcel.step('out_for_delivery');
  await parcel.report(60.1716, 24.9373);
  await signIn(page, 'customer@demo.test');
  await open(page, `/deliveries/${parcel.reference}`);
  await page.getByText('Let someone else watch').click();
  const label = page.locator('#share-label');
  await label.fill('"><script>alert(1)</script>');
  await page.locator('.shares__form button').click();
  const address = await page.locator('.shares__made input').inputValue();
  await expect(page.locator('.shares__label')).toHaveText('"><script>alert(1)</script>');

  const other = await browser.newContext({ baseURL: server.url });
  const guest = await other.newPage();
  await open(guest, new URL(address).pathname);
  await expect(guest.locator('.leaflet-marker-icon.van')).toBeVisible();
  const content = await guest.content();
  for (const secret of ['Fabianinkatu 37', 'A secret gift', 'Aino', 'Väinö']) {
    expect(content).not.toContain(secret);
  }

  // A page that was left open is rendered and made alive again with the link in it.
  await open(page, `/deliveries/${parcel.reference}`);
  await page.getByText('Let someone else watch').click();
  await page.locator('.shares__link button').click();
  await expect(page.locator('.shares__link')).toHaveCount(0);
  const gone = await guest.goto(new URL(address).pathname);
  expect(gone?.status()).toBe(404);
  await expect(guest.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
  await expect(guest.locator('.leaflet-marker-icon')).toHaveCount(0);
  await other.close();
});
