// What the server sends, as `rnnviz.player.payload` describes it, and what players have in common: for the type checker,
// and for whoever reads.

/** @typedef {{ shape: number[], float64?: string, float32?: string }} Encoded an array: its bytes in base64 */
/** @typedef {{ rows: number, columns: number, values: Float64Array }} Matrix */
/** @typedef {Float64Array | Matrix} Numbers */

/**
 * @typedef {object} Expression one of: a number, a weight, a value of this step or the one before, a function of others
 * @property {number} [number]
 * @property {string} [weight]
 * @property {string} [value]
 * @property {boolean} [previous]
 * @property {string} [function]
 * @property {Expression[]} [arguments]
 */

/**
 * @typedef {object} Quantity
 * @property {string} name
 * @property {string} title
 * @property {string} symbol
 * @property {"gate" | "signed" | "log" | "surprise"} scale
 * @property {[number, number]} colourRange
 * @property {number} floor where a logarithmic scale begins
 * @property {boolean} bounded whether values cannot lie beyond the range
 * @property {[number | null, number | null]} bounds
 * @property {string} meaning
 * @property {string} reading a sentence with the gaps {percent}, {value} and {unit}
 */

/** @typedef {{ target: string, expression: Expression, quantity: Quantity }} Equation */

/**
 * @typedef {object} Term an entry of the glossary
 * @property {string} name in addresses
 * @property {string} title
 * @property {string} meaning
 * @property {string} link where it can be tried
 * @property {string[]} words every way to write it
 */

/**
 * @typedef {object} Cell
 * @property {string} name
 * @property {string} title
 * @property {string[]} state its states; the first is the hidden state
 * @property {string} input what the equations call what is read
 * @property {Equation[]} equations
 * @property {Record<string, string[]>} weights the sizes of each, by letters: H units, I inputs
 * @property {Record<string, string>} sizes of each value
 * @property {Record<string, Expression>} keeps the share of itself that a step leaves of a state
 */

/**
 * @typedef {object} Readout
 * @property {Equation[]} equations
 * @property {string} answer the value that is its answer
 * @property {Record<string, Encoded>} weights
 * @property {string[]} symbols what each output stands for; none where the answer is a number
 * @property {number[]} targets
 * @property {boolean[] | null} wanted at which steps an answer is asked for; null for always
 */

/** @typedef {{ zero: string, positive: string, negative: string, gate: string, [name: string]: string }} Palette */
/** @typedef {{ colour: string, dash: number[] }} Variant */

/**
 * @typedef {object} Prediction a question, and what decides it
 * @property {string} question
 * @property {{ kind: string, [field: string]: any }} check as rnnviz/lessons/checks describes its fields
 * @property {number} [tolerance] how far a number may be from the right one
 * @property {string} [look_for] what to look for once it is answered
 * @property {string | null} [stop] the lesson's name on the path
 */

/**
 * @typedef {object} Finding the right answer and why; or a problem, where what is shown does not decide it
 * @property {string | number} [answer]
 * @property {string} [because]
 * @property {number} [measured]
 * @property {string} [problem]
 */

/**
 * @typedef {object} Page what every kind of data holds beside its own
 * @property {Record<"light" | "dark", Palette>} palettes
 * @property {boolean} [classroom]
 * @property {Prediction | null} [prediction]
 * @property {Record<string, string>} [opening]
 * @property {string} [kind]
 */

/**
 * @typedef {object} Scene one network over one sequence
 * @property {string} caption
 * @property {string} network
 * @property {Cell} cell
 * @property {Record<string, Encoded>} weights
 * @property {Encoded} inputs
 * @property {Quantity} inputQuantity
 * @property {Quantity} weightQuantity
 * @property {string[]} inputSymbols
 * @property {string[]} labels
 * @property {string} labelKind
 * @property {number} inputScale
 * @property {string[]} notes
 * @property {Readout | null} readout
 */

/** @typedef {Scene & Page & { view: "full" | "glance", loop?: boolean, autoplay?: boolean }} PlayerData */

/**
 * @typedef {object} BoardParts
 * @property {Scene[]} networks
 * @property {Record<string, Variant>} variants
 * @property {string[]} labels
 * @property {string} labelKind
 * @property {string[]} notes
 * @property {string} caption
 * @property {Record<"what_if" | "memory", boolean>} shows
 */
/** @typedef {BoardParts & Page} BoardData */

/**
 * @typedef {object} Dial what a person can turn
 * @property {string} name
 * @property {string} title
 * @property {string} help
 * @property {number} low
 * @property {number} high
 * @property {number} step
 * @property {"box" | "slider" | "switch"} look a switch is true or false
 * @property {boolean} shown
 */
/**
 * @typedef {object} ComparedParts
 * @property {Cell} cell
 * @property {Record<string, Encoded> | null} weights null for those of the scene itself
 * @property {string[]} keeping the biases of the gates that keep its state
 * @property {{ matrix: string, slope: number | null, radius: number } | null} simple of a cell with one recurrent matrix
 *   and no gates: its name, its spectral radius, and the largest slope of the activation, null for no largest
 */
/** @typedef {ComparedParts & Variant} Compared */
/**
 * @typedef {object} BackwardParts
 * @property {Compared[]} compared
 * @property {Variant} variant
 * @property {Quantity} gradientQuantity
 * @property {Quantity} jacobianQuantity
 * @property {boolean} everyStep
 * @property {Dial[]} dials
 */
/** @typedef {Scene & Page & BackwardParts} BackwardData */

/** @typedef {{ step: number, weights: Record<string, Encoded>, readout: Record<string, Encoded> }} Moment */
/**
 * @typedef {object} Progress
 * @property {string} title
 * @property {"larger" | "smaller"} better
 * @property {Encoded} steps
 * @property {Encoded} values
 * @property {boolean} share
 * @property {number | null} chance
 * @property {number | null} learned
 */
/** @typedef {{ moments: Moment[], metrics: Encoded, progress: Progress, variant: Variant, readout: Readout }} LearningParts */
/** @typedef {Scene & Page & LearningParts} LearningData */

/**
 * @typedef {object} TranslationParts
 * @property {string} network
 * @property {string} caption
 * @property {Cell} cell
 * @property {Record<"bridge" | "attention" | "aligned" | "attended" | "words", Equation[]>} equations
 * @property {Record<string, string>} roles what the letters of the equations stand for
 * @property {Record<string, Record<string, Encoded>>} weights of each part
 * @property {number} longest
 * @property {string[]} source
 * @property {string[]} sourceVocabulary
 * @property {string[]} targetVocabulary
 * @property {string[] | null} right the words of the right translation, null where the source says no number
 * @property {string} gap what stands between two words written
 * @property {[string[], string[]]} hyphenated where a hyphen stands: after one of the first before one of the second
 * @property {Record<string, Quantity>} quantities by role
 */
/** @typedef {TranslationParts & Page} TranslationData */

/**
 * @typedef {object} TextParts a network that reads characters
 * @property {number} hiddenSize
 * @property {string | null} file where its weights are, from the app's address; null where they are here
 * @property {Record<string, string>} arrays by the name of each weight, its name in that file
 * @property {string} beginning what is read before a text
 */
/** @typedef {Scene & TextParts} TextNetwork */

/**
 * @typedef {object} Sample a text to choose
 * @property {string} name
 * @property {string} title
 * @property {string} text
 * @property {number} at the place in it at which the picture opens
 * @property {number | null} place where it stands in the text of the patterns
 */
/** @typedef {{ title: string, line: string, unit: number, high: boolean }} KnownUnit a unit that follows something */
/** @typedef {{ file: string, line: string, near: number, labels: Record<string, string> }} Patterns see text_payload.py */
/**
 * @typedef {object} ReadingParts
 * @property {Sample[]} samples
 * @property {KnownUnit[]} known
 * @property {Patterns | null} patterns
 * @property {number} longest
 * @property {Quantity} surprise
 * @property {Quantity} probability
 */
/** @typedef {TextNetwork & Page & ReadingParts} ReadingData */

/**
 * @typedef {object} WritingParts
 * @property {string} caption
 * @property {TextNetwork} network
 * @property {{ file: string | null, arrays: { steps: number[], counts: number[] } | null, vocabularySize: number, order: number } | null} ngram
 *   its bytes, in a file or here; null where there is none
 * @property {{ key: "network" | "changed" | "ngram", title: string, about: string, colour: string }[]} authors
 * @property {{ longest: number }} prompt
 * @property {Quantity} surprise
 * @property {Dial[]} dials
 */
/** @typedef {WritingParts & Page} WritingData */

/**
 * @typedef {object} ForecasterOf
 * @property {"value" | "change"} reads
 * @property {number} window how many numbers it reads
 * @property {number} horizon
 * @property {number} centre
 * @property {number} scale
 */
/** @typedef {Scene & ForecasterOf} ForecasterParts a network that forecasts */
/** @typedef {{ lower: Encoded, upper: Encoded }} Interval how far what comes lies from a forecast, by horizon */

/**
 * @typedef {object} SimpleMethod
 * @property {string} name
 * @property {string} title
 * @property {"linear" | "smoothing"} kind see engine/simple_methods.js
 * @property {Record<string, Encoded>} parameters
 * @property {Interval} interval
 */

/**
 * @typedef {object} ForecastingParts
 * @property {{ name: string, title: string, quantity: string, unit: string, step: string, values: Encoded }} series the labels of the
 *   scene are its times
 * @property {{ learned: number, chosen: number }} parts the first step that is not learned from, and the first that tests
 * @property {Record<"direct" | "recursive", Interval>} intervals
 * @property {SimpleMethod[]} methods
 * @property {Variant} variant
 * @property {boolean} opened whether the cell is open from the start
 */
/** @typedef {ForecasterParts & Page & ForecastingParts} ForecastingData */

/**
 * @typedef {object} DetectorParts
 * @property {string} name
 * @property {string} title
 * @property {string} phrase what it is called in a sentence
 * @property {string} colour a name of a palette, or a colour
 * @property {number[]} dash
 * @property {"linear" | "rolling" | "network"} kind see engine/detecting.js
 * @property {number} usual what its distances are measured in
 * @property {number} [constant]
 * @property {Encoded} [weights]
 * @property {number} [length]
 * @property {number} [floor]
 */

/**
 * @typedef {object} DetectingParts
 * @property {{ title: string, unit: string, values: Encoded }} series
 * @property {string[]} labels its times
 * @property {string} labelKind
 * @property {[number, number][]} events
 * @property {[number, number]} learned the steps that were learned from
 * @property {number} after for so many steps after an event an alarm is neither right nor false
 * @property {DetectorParts[]} detectors
 * @property {ForecasterParts | null} network what the one of them that is a network is
 * @property {number} threshold
 * @property {number} most the highest threshold
 * @property {number} opens the step that is chosen at first
 * @property {string} first the name of the detector that is shown then
 * @property {string} rule how alarms are counted
 */
/** @typedef {DetectingParts & Page} DetectingData */

/**
 * @typedef {object} CurvesParts
 * @property {string} title
 * @property {string} verdict what the charts say, in a sentence
 * @property {{ title: string, meaning: string, curves: { title: string, colour: string, dash: number[], values: Encoded }[] }[]} charts
 *   their curves in the colours of a palette, each over as many steps
 */
/** @typedef {CurvesParts & Page} CurvesData */

/**
 * @typedef {object} QuestionParts
 * @property {Prediction} prediction
 * @property {Record<string, string> | null} options the names and titles of the possible answers; null for a number
 * @property {Finding} finding
 * @property {string} about which run it is about
 */
/** @typedef {QuestionParts & Omit<Page, "prediction">} QuestionData */

/** @typedef {{ name: string, title: string, href: string }} PathLesson */
/** @typedef {{ title: string, aim: string, lessons: PathLesson[] }} PathStop */
/** @typedef {{ stops: PathStop[] } & Page} PathData */

/** @typedef {Record<string, any>} Selection what a person has chosen, and what of it the address leaves out */

/**
 * @typedef {object} Options of `mount`
 * @property {"light" | "dark"} [theme]
 * @property {Selection} [initial]
 * @property {boolean} [autoplay]
 * @property {Term[]} [terms] the glossary, for the words of labels
 * @property {(selection: Selection) => void} [onChange] called after every change that a person makes
 */

/**
 * @typedef {object} Player what `mount` gives
 * @property {() => Selection | null} selection null where nothing of it is in the address
 * @property {(data: any) => boolean} update shows other data in the same picture, where it can
 * @property {() => void} destroy
 */

/**
 * @typedef {object} View a part of a picture
 * @property {Element} [element]
 * @property {() => void} [load] after other data
 * @property {() => void} [paint] after a change to the runs
 * @property {(shown: any) => void} [update] after every choice
 * @property {() => void} [destroy]
 */

export {};
