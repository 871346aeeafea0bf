import { OIDC_PLANS } from '../../apps/server/test/oidc-modules.ts';

/** docs/oidc-conformance.md: the OpenID Foundation's modules, each with how it stands here. */
export function oidcConformancePage(): string {
  const all = Object.values(OIDC_PLANS).flat();
  const applying = all.filter(({ notApplicable }) => notApplicable === undefined);
  const plans = Object.entries(OIDC_PLANS).map(([plan, modules]) => {
    const rows = modules.map(({ name, asks, notApplicable }) => `| \`${name}\` | ${asks} | ${notApplicable === undefined ? 'tested' : `not applicable: ${notApplicable}`} |`);
    return [`## ${plan}`, '', '| module | asks for | here |', '|---|---|---|', ...rows].join('\n');
  });
  return `${[
    '# OpenID Connect conformance',
    "Generated from [oidc-modules.ts](../apps/server/test/oidc-modules.ts) by `node script/generate-docs.ts`; the tests ([basic and configuration](../apps/server/test/oidc-conformance-basic.integration.test.ts), [logout](../apps/server/test/oidc-conformance-logout.integration.test.ts)) fail when one of these modules has no test.",
    `These are our own tests, written after what the OpenID Foundation's conformance suite says its modules ask for and named after them. The suite itself, which is Java, has not been run: nothing here is a certification. ${applying.length} of ${all.length} rows apply and are tested at the strict mount; the test of each other row shows what is answered instead. Every request carries PKCE, which the strict mount demands.`,
    ...plans,
  ].join('\n\n')}\n`;
}
