// A form in the reader's language: English texts lie in `properties`, beside the Vietnamese ones.

function translated(component) {
  const { properties = {} } = component;
  const copy = { ...component };
  const labelName = component.type === 'datetime' ? 'dateLabel' : 'label';
  copy[labelName] = properties.label_en ?? component[labelName];
  copy.description = properties.description_en ?? component.description;
  copy.text = properties.text_en ?? component.text;
  copy.values = component.values?.map((option) => ({
    ...option,
    label: properties[`option_en.${option.value}`] ?? option.label,
  }));
  // form-js tells an absent property from an undefined one.
  return Object.fromEntries(Object.entries(copy).filter(([, value]) => value !== undefined));
}

/** The schema with its texts in `language` ("vi" or "en"). */
export function inLanguage(schema, language) {
  return language === 'en' ? { ...schema, components: schema.components.map(translated) } : schema;
}
