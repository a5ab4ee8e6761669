___INFO___

{
  "type": "TAG",
  "id": "cvt_temp_public_id",
  "version": 1,
  "securityGroups": [],
  "displayName": "Consent service",
  "brand": {
    "id": "brand_dummy",
    "displayName": ""
  },
  "description": "Consent Mode from your own consent service: denied before anything runs, then what the visitor chose. Fire it on Consent Initialization - All Pages.",
  "containerContexts": [
    "WEB"
  ]
}


___TEMPLATE_PARAMETERS___

[
  {
    "type": "RADIO",
    "name": "loader",
    "displayName": "Where the banner comes from",
    "radioItems": [
      {
        "value": "page",
        "displayValue": "The page has the tag of the consent service itself (recommended)"
      },
      {
        "value": "inject",
        "displayValue": "This tag loads it",
        "subParams": [
          {
            "type": "TEXT",
            "name": "service",
            "displayName": "Address of the consent service",
            "simpleValueType": true,
            "valueHint": "https://consent.example",
            "valueValidators": [
              {
                "type": "REGEX",
                "args": [
                  "^https://[^?#]+$"
                ],
                "errorMessage": "An https address without query"
              }
            ]
          },
          {
            "type": "TEXT",
            "name": "site",
            "displayName": "Key of the site",
            "simpleValueType": true,
            "valueHint": "shop",
            "valueValidators": [
              {
                "type": "NON_EMPTY"
              }
            ]
          }
        ]
      }
    ],
    "simpleValueType": true,
    "defaultValue": "page",
    "help": "Without a tag in the page nobody is asked before the container has been loaded, and marked tags of the page wait as long."
  },
  {
    "type": "TEXT",
    "name": "waitForUpdate",
    "displayName": "Milliseconds that tags wait for the visitor's choice",
    "simpleValueType": true,
    "defaultValue": "500",
    "valueValidators": [
      {
        "type": "NON_NEGATIVE_NUMBER"
      }
    ]
  },
  {
    "type": "PARAM_TABLE",
    "name": "regions",
    "displayName": "Other defaults by region (optional)",
    "paramTableColumns": [
      {
        "param": {
          "type": "TEXT",
          "name": "region",
          "displayName": "Regions, such as US-CA, BR",
          "simpleValueType": true,
          "valueValidators": [
            {
              "type": "NON_EMPTY"
            }
          ]
        },
        "isUnique": true
      },
      {
        "param": {
          "type": "SELECT",
          "name": "functional",
          "displayName": "Functional",
          "macrosInSelect": false,
          "selectItems": [
            {
              "value": "denied",
              "displayValue": "denied"
            },
            {
              "value": "granted",
              "displayValue": "granted"
            }
          ],
          "simpleValueType": true,
          "defaultValue": "denied"
        },
        "isUnique": false
      },
      {
        "param": {
          "type": "SELECT",
          "name": "performance",
          "displayName": "Performance",
          "macrosInSelect": false,
          "selectItems": [
            {
              "value": "denied",
              "displayValue": "denied"
            },
            {
              "value": "granted",
              "displayValue": "granted"
            }
          ],
          "simpleValueType": true,
          "defaultValue": "denied"
        },
        "isUnique": false
      },
      {
        "param": {
          "type": "SELECT",
          "name": "targeting",
          "displayName": "Targeting",
          "macrosInSelect": false,
          "selectItems": [
            {
              "value": "denied",
              "displayValue": "denied"
            },
            {
              "value": "granted",
              "displayValue": "granted"
            }
          ],
          "simpleValueType": true,
          "defaultValue": "denied"
        },
        "isUnique": false
      }
    ],
    "newRowButtonText": "Add regions",
    "help": "Everywhere else all is denied. Say the same as the regions of your notice; the more specific region wins."
  },
  {
    "type": "PARAM_TABLE",
    "name": "companies",
    "displayName": "Companies that count as well (optional)",
    "paramTableColumns": [
      {
        "param": {
          "type": "SELECT",
          "name": "category",
          "displayName": "Category",
          "macrosInSelect": false,
          "selectItems": [
            {
              "value": "functional",
              "displayValue": "functional"
            },
            {
              "value": "performance",
              "displayValue": "performance"
            },
            {
              "value": "targeting",
              "displayValue": "targeting"
            }
          ],
          "simpleValueType": true
        },
        "isUnique": false
      },
      {
        "param": {
          "type": "TEXT",
          "name": "vendor",
          "displayName": "Key in your notice",
          "simpleValueType": true,
          "valueHint": "google-analytics",
          "valueValidators": [
            {
              "type": "NON_EMPTY"
            }
          ]
        },
        "isUnique": false
      }
    ],
    "newRowButtonText": "Add a company",
    "help": "A visitor may refuse a company of a category that is granted: then the types of that category are denied."
  },
  {
    "type": "CHECKBOX",
    "name": "redaction",
    "checkboxText": "Redact advertising identifiers while advertising is denied",
    "simpleValueType": true,
    "defaultValue": true
  },
  {
    "type": "CHECKBOX",
    "name": "passthrough",
    "checkboxText": "Pass click identifiers through links of the site",
    "simpleValueType": true,
    "defaultValue": false
  },
  {
    "type": "CHECKBOX",
    "name": "event",
    "checkboxText": "Send the event cookie_consent_update after each choice",
    "simpleValueType": true,
    "defaultValue": true,
    "help": "A trigger for tags that do not know Consent Mode."
  }
]


___SANDBOXED_JS_FOR_WEB_TEMPLATE___

const callInWindow = require('callInWindow');
const copyFromWindow = require('copyFromWindow');
const createQueue = require('createQueue');
const encodeUriComponent = require('encodeUriComponent');
const getType = require('getType');
const gtagSet = require('gtagSet');
const injectScript = require('injectScript');
const logToConsole = require('logToConsole');
const makeInteger = require('makeInteger');
const queryPermission = require('queryPermission');
const setDefaultConsentState = require('setDefaultConsentState');
const setInWindow = require('setInWindow');
const updateConsentState = require('updateConsentState');

const word = (granted) => granted ? 'granted' : 'denied';

const types = (functional, performance, targeting) => {
  return {
    ad_storage: word(targeting),
    ad_user_data: word(targeting),
    ad_personalization: word(targeting),
    analytics_storage: word(performance),
    functionality_storage: word(functional),
    personalization_storage: word(functional),
    security_storage: 'granted'
  };
};

// 1. Before anything else runs: denied, but for the regions that the table names.
const setDefault = (values, regions) => {
  values.wait_for_update = makeInteger(data.waitForUpdate) || 0;
  if (regions) values.region = regions;
  setDefaultConsentState(values);
};

setDefault(types(false, false, false));
(data.regions || []).forEach((row) => {
  const regions = row.region.split(',').map((each) => each.trim()).filter((each) => each !== '');
  if (regions.length === 0) return;
  setDefault(types(row.functional === 'granted', row.performance === 'granted', row.targeting === 'granted'), regions);
});
gtagSet({ ads_data_redaction: data.redaction === true, url_passthrough: data.passthrough === true });

// 2. Once for each choice, and again on each page. Nothing is said before a choice that grants nothing.
const allows = (state, category) => {
  const companies = (data.companies || []).filter((row) => row.category === category);
  return state.categories[category] === true && companies.every((row) => callInWindow('consent.has', category, row.vendor) === true);
};

let told = '';
const hear = (state) => {
  const functional = allows(state, 'functional');
  const performance = allows(state, 'performance');
  const targeting = allows(state, 'targeting');
  const news = [state.decidedAt, functional, performance, targeting].join();
  const silent = !state.decided && !functional && !performance && !targeting;
  if (news === told || (silent && told === '')) return;
  told = news;
  updateConsentState(types(functional, performance, targeting));
  if (data.event) {
    createQueue('dataLayer')({
      event: 'cookie_consent_update',
      consent: {
        necessary: true,
        functional: state.categories.functional === true,
        performance: state.categories.performance === true,
        targeting: state.categories.targeting === true
      },
      source: state.source
    });
  }
};

// 3. The queue is there before the loader has run, and after it.
if (getType(copyFromWindow('consent.q')) === 'undefined') {
  setInWindow('consent', {}, true);
  createQueue('consent.q');
}
callInWindow('consent.q.push', ['subscribe', hear]);

// 4. The banner.
if (data.loader !== 'inject' || getType(copyFromWindow('consent.get')) === 'function') {
  data.gtmOnSuccess();
} else {
  const service = data.service.charAt(data.service.length - 1) === '/' ? data.service.slice(0, -1) : data.service;
  const url = service + '/v1/sites/' + encodeUriComponent(data.site) + '/loader.js';
  if (queryPermission('inject_script', url)) {
    injectScript(url, data.gtmOnSuccess, data.gtmOnFailure, url);
  } else {
    logToConsole('Consent service: this template may not load ' + url + '. Add it to its permission "Injects scripts".');
    data.gtmOnFailure();
  }
}


___WEB_PERMISSIONS___

[
  {
    "instance": {
      "key": {
        "publicId": "access_consent",
        "versionId": "1"
      },
      "param": [
        {
          "key": "consentTypes",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ad_storage"
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ad_user_data"
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "ad_personalization"
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "analytics_storage"
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "functionality_storage"
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "personalization_storage"
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "consentType"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "security_storage"
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  },
  {
    "instance": {
      "key": {
        "publicId": "access_globals",
        "versionId": "1"
      },
      "param": [
        {
          "key": "keys",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "consent"
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "consent.get"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "consent.has"
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "consent.q"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "consent.q.push"
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": false
                  },
                  {
                    "type": 8,
                    "boolean": true
                  }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  {
                    "type": 1,
                    "string": "key"
                  },
                  {
                    "type": 1,
                    "string": "read"
                  },
                  {
                    "type": 1,
                    "string": "write"
                  },
                  {
                    "type": 1,
                    "string": "execute"
                  }
                ],
                "mapValue": [
                  {
                    "type": 1,
                    "string": "dataLayer"
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": true
                  },
                  {
                    "type": 8,
                    "boolean": false
                  }
                ]
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  },
  {
    "instance": {
      "key": {
        "publicId": "inject_script",
        "versionId": "1"
      },
      "param": [
        {
          "key": "urls",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 1,
                "string": "https://*/v1/sites/*/loader.js"
              },
              {
                "type": 1,
                "string": "https://*/consent/v1/sites/*/loader.js"
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  },
  {
    "instance": {
      "key": {
        "publicId": "logging",
        "versionId": "1"
      },
      "param": [
        {
          "key": "environments",
          "value": {
            "type": 1,
            "string": "debug"
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  },
  {
    "instance": {
      "key": {
        "publicId": "write_data_layer",
        "versionId": "1"
      },
      "param": [
        {
          "key": "keyPatterns",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 1,
                "string": "ads_data_redaction"
              },
              {
                "type": 1,
                "string": "url_passthrough"
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": {
      "isEditedByUser": true
    },
    "isRequired": true
  }
]


___TESTS___

scenarios: []


___NOTES___

Of the consent service, Apache License 2.0. The recipe is docs/guides/tag-manager.md in its repository,
and this code is tested there against a strict stand-in for the sandbox (integrations/gtm/test).

functional  -> functionality_storage, personalization_storage
performance -> analytics_storage
targeting   -> ad_storage, ad_user_data, ad_personalization
security_storage is always granted.
