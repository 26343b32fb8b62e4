/** ATT&CK ids in all the spellings that vaults use. */

/** `T1578` or `T1578.002`, upper case with a dot. */
export type TechniqueId = string & { readonly brand: "TechniqueId" };
