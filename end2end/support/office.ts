import { Api, type Parcel } from './api';

type Office = { id: string; name: string; space_left: number };

/** The post office at which the demo's clerk works. */
export async function clerksOffice(url: string): Promise<Office> {
  const clerk = await Api.signIn(url, 'clerk@demo.test');
  return (await clerk.done<{ office: Office }>('GET', '/desk')).office;
}

/** A parcel that lies at a post office, the clerk's unless another is named, and what collects it. */
export async function atTheOffice(
  url: string,
  customerEmail: string,
  parcel: Parcel,
  office?: string,
): Promise<{ code: string; pass: string }> {
  const customer = await Api.signIn(url, customerEmail);
  await parcel.step('out_for_delivery');
  const post_office_id = office ?? (await clerksOffice(url)).id;
  await customer.done('POST', `/deliveries/${parcel.reference}/hold`, { post_office_id });
  await parcel.step('held');
  const held = await customer.done<{ pass: { code: string; pass: string } }>('GET', `/deliveries/${parcel.reference}/hold`);
  return held.pass;
}
