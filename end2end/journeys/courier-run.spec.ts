import { Parcel } from '../support/api';
import { expect, open, signIn, test } from '../support/test';

const COURIER = 'courier3@demo.test';
const CUSTOMER = 'customer2@demo.test';

test('stops that others add and take away are pointed out at once', async ({ page, server }) => {
  const parcel = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A globe');
  await parcel.step('out_for_delivery');
  await signIn(page, COURIER);
  await open(page, '/courier');
  const stop = (reference: string) => page.locator('.stop').filter({ hasText: reference });
  await expect(stop(parcel.reference)).toBeVisible();
  // What is being typed at a door stays while the list changes.
  await stop(parcel.reference).getByLabel('Who took it?').fill('Ain');

  const added = await Parcel.loaded(server.url, CUSTOMER, COURIER, 'A drum');
  await expect(stop(added.reference)).toContainText('New on your run');
  await expect(stop(parcel.reference).getByLabel('Who took it?')).toHaveValue('Ain');

  await added.reassign(server.url, 'courier2@demo.test');
  await expect(stop(added.reference)).toHaveCount(0);
  const gone = page.getByRole('alert').filter({ hasText: 'Taken off your run' });
  await expect(gone).toContainText('Fabianinkatu 37');
  await gone.getByRole('button').click();
  await expect(gone).toHaveCount(0);
});
