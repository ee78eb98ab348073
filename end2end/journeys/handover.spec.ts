import { Parcel } from '../support/api';
import { expect, live, open, signIn, test } from '../support/test';

const COURIER = 'courier3@demo.test';
const CUSTOMER = 'customer2@demo.test';

test('a parcel for its recipient’s hands is delivered by their code only', async ({
  page,
  browser,
  server,
  consoleErrors,
}) => {
  consoleErrors.expect(/422/);
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A violin');
  await parcel.step('out_for_delivery');

  // Two people: the customer here, the courier there.
  await signIn(page, CUSTOMER);
  await open(page, `/deliveries/${parcel.reference}`);
  await live(page);
  const handover = page.locator('.handover');
  await handover.getByRole('button', { name: 'Ask for handover' }).click();
  await handover.getByRole('button', { name: 'No camera? Use a PIN' }).click();
  await expect(handover).toContainText('Your PIN appears here when the courier is near');
  await expect(handover.locator('output')).toHaveCount(0);

  const elsewhere = await browser.newContext({ baseURL: server.url });
  const courier = await elsewhere.newPage();
  await signIn(courier, COURIER);
  await open(courier, '/courier');
  const stop = courier.locator('.stop').filter({ hasText: parcel.reference });
  await expect(stop).toContainText('Their page shows a PIN');
  await expect(stop.getByLabel('Who took it?')).toHaveCount(0);

  // At the door the code is there, without a reload.
  await parcel.report(60.1714549, 24.9498749);
  const code = await handover.locator('output').textContent();
  expect(code).toMatch(/^\d{3} \d{3}$/);

  const form = stop.locator('details').filter({ hasText: 'Confirm delivery' });
  const tell = async (told: string) => {
    if ((await form.getAttribute('open')) === null) await form.locator('summary').click();
    await form.getByLabel('Their PIN').fill(told);
    await form.getByRole('button', { name: 'Confirm delivery' }).click();
  };
  await tell(code === '000 000' ? '111111' : '000000');
  // The phone tells most wrong PINs, and the server the others.
  await expect(courier.getByText('4 tries left')).toBeVisible();
  await tell(code ?? '');
  await expect(stop).toHaveCount(0);
  await expect(page.getByRole('status').filter({ hasText: 'was delivered' })).toBeVisible();
  await expect(handover).toHaveCount(0);
  await page.getByText('Everything that happened').click();
  await expect(page.locator('.history')).toContainText('Handed to you, with your PIN');
  await elsewhere.close();
});
