using System.Globalization;
using System.Text;
using System.Text.Json;
using OrleansHybrid.Domain.Decisions;

namespace OrleansHybrid.Silo.Api;

/// <summary>
/// The members of one JSON object, read as forgivingly as published clients need: null and empty text are absence,
/// numbers may be quoted or fractional. What can't be taken throws <see cref="ApiException"/> with the field and
/// the rule.
/// </summary>
internal readonly struct IronJsonReader
{
    private const long MaxWholeNumber = 1L << 53;
    private const int MaxTimeLength = 50;

    private readonly JsonElement _object;
    private readonly string _prefix;

    private IronJsonReader(JsonElement element, string prefix)
    {
        _object = element;
        _prefix = prefix;
    }

    /// <summary>
    /// The members of <paramref name="element"/>, whose names are prefixed with <paramref name="prefix"/> in messages.
    /// </summary>
    public static IronJsonReader Of(JsonElement element, string prefix, string name) =>
        element.ValueKind == JsonValueKind.Object
            ? new IronJsonReader(element, prefix)
            : throw new ApiException($"{name} must be a JSON object");

    /// <summary>The prefix of the names of these members in messages.</summary>
    public string FieldPrefix => _prefix;

    /// <summary>A text without NUL; null when it is absent or empty.</summary>
    public string? Text(string name, int maxLength)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        var text = value.ValueKind == JsonValueKind.String ? String(value, name) : throw FieldError(name, "must be a string");
        return text.Length == 0 ? null : Checked(text, name, maxLength);
    }

    /// <summary>A text without NUL that must be there.</summary>
    public string RequiredText(string name, int maxLength) =>
        Text(name, maxLength) ?? throw ApiException.Missing(_prefix + name);

    /// <summary>Any text as UTF-8, or the JSON text of anything else; null when it is absent.</summary>
    public byte[]? Bytes(string name, int maxBytes)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        var text = value.ValueKind == JsonValueKind.String ? String(value, name) : value.GetRawText();
        var bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length <= maxBytes ? bytes : throw FieldError(name, $"must be at most {maxBytes} bytes long, as sent");
    }

    /// <summary>A number; null when it is absent.</summary>
    public double? Number(string name)
    {
        double number;
        switch (Find(name))
        {
            case null:
                return null;
            case { ValueKind: JsonValueKind.String } value when String(value, name) is var text:
                if (text.Length == 0)
                {
                    return null;
                }

                number = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var quoted)
                    ? quoted
                    : throw FieldError(name, "must be a number");
                break;
            case { ValueKind: JsonValueKind.Number } value:
                number = value.TryGetDouble(out var plain) ? plain : double.NaN;
                break;
            default:
                throw FieldError(name, "must be a number");
        }

        return double.IsFinite(number) && Math.Abs(number) <= MaxWholeNumber ? number : throw FieldError(name, "is too large");
    }

    /// <summary>
    /// A number from <paramref name="min"/> to <paramref name="max"/>, fractions rounded up; null when absent.
    /// </summary>
    public long? WholeNumber(string name, long min, long max) =>
        Number(name) is not { } number ? null
        : Math.Ceiling(number) is var whole && whole >= min && whole <= max ? (long)whole
        : throw FieldError(name, $"must be from {min} to {max}");

    /// <summary>A time in seconds since 1970, or written; null when it is absent.</summary>
    public DateTimeOffset? Time(string name) =>
        Find(name) is { ValueKind: JsonValueKind.String } value && LenientTimestamp.TryParse(String(value, name), out var time) ? time
        : WholeNumber(name, 0, 253_402_300_799) is { } seconds ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null;

    /// <summary>True for the literal true, and for what published clients send for it.</summary>
    public bool Flag(string name) => Find(name) switch
    {
        null or { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.String } value => String(value, name) is not ("" or "0" or "false"),
        _ => Number(name) != 0,
    };

    /// <summary>True unless it is absent or has nothing in it.</summary>
    public bool Has(string name) => Find(name) is { } value && value.GetRawText() is not ("\"\"" or "{}" or "[]");

    /// <summary>A text, or the texts of an array; null when it is absent.</summary>
    public IReadOnlyList<string>? Strings(string name, int maxCount)
    {
        return Find(name) switch
        {
            null => null,
            { ValueKind: JsonValueKind.String } value => [String(value, name)],
            { ValueKind: JsonValueKind.Array } array when array.GetArrayLength() <= maxCount
                && array.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) => Items(array, name),
            _ => throw FieldError(name, $"must be a string or an array of at most {maxCount} strings"),
        };
    }

    /// <summary>The objects of an array; null when it is absent.</summary>
    public IReadOnlyList<IronJsonReader>? Objects(string name, int maxCount)
    {
        if (Find(name) is not { } array)
        {
            return null;
        }

        if (array.ValueKind != JsonValueKind.Array)
        {
            throw FieldError(name, "must be an array");
        }

        if (array.GetArrayLength() > maxCount)
        {
            throw FieldError(name, $"must have at most {maxCount} entries");
        }

        var prefix = _prefix;
        return [.. array.EnumerateArray().Select(
            (item, index) => Of(item, $"{prefix}{name}[{index}].", $"{prefix}{name}[{index}]"))];
    }

    /// <summary>
    /// An object whose members are texts; none when it is absent or, as published clients send it, an empty array.
    /// </summary>
    public IReadOnlyDictionary<string, string> StringMap(string name, int maxCount, int maxLength)
    {
        var texts = new Dictionary<string, string>();
        if (Find(name) is not { } value || value is { ValueKind: JsonValueKind.Array } && value.GetArrayLength() == 0)
        {
            return texts;
        }

        var members = Of(value, $"{_prefix}{name}.", _prefix + name);
        foreach (var member in members._object.EnumerateObject())
        {
            var key = Checked(NameOf(member, name), name, maxLength);
            texts[key] = member.Value.ValueKind == JsonValueKind.String
                ? members.Checked(members.String(member.Value, key), key, maxLength)
                : throw FieldError(name, "must have string values only");
        }

        return texts.Count <= maxCount ? texts : throw FieldError(name, $"must have at most {maxCount} members");
    }

    /// <summary>
    /// A written time, to the millisecond; null when it is absent or the zero time, which stands for absence.
    /// </summary>
    public DateTimeOffset? Instant(string name)
    {
        if (Text(name, MaxTimeLength) is not { } text)
        {
            return null;
        }

        if (!LenientTimestamp.TryParse(text, out var time))
        {
            throw FieldError(name, $"must be {LenientTimestamp.ExpectedFormat}");
        }

        return time.UtcDateTime.Year > 1 ? time : null;
    }

    /// <summary>An error whose message begins with a field's name, with its prefix.</summary>
    public ApiException CreateError(string message, ErrorKind kind = ErrorKind.Invalid) =>
        new(new DomainError(kind, _prefix + message));

    private List<string> Items(JsonElement array, string name)
    {
        var items = new List<string>();
        foreach (var item in array.EnumerateArray())
        {
            items.Add(String(item, name));
        }

        return items;
    }

    private JsonElement? Find(string name)
    {
        try
        {
            return _object.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
        }
        catch (InvalidOperationException)
        {
            throw new ApiException($"{_prefix}{name} can't be looked up: a member's name is not valid Unicode");
        }
    }

    private string NameOf(JsonProperty member, string name)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            throw FieldError(name, "has a member whose name is not valid Unicode");
        }
    }

    private string String(JsonElement value, string name)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw FieldError(name, "is not valid Unicode: it has a lone half of a surrogate pair");
        }
    }

    private string Checked(string text, string name, int maxLength) =>
        text.Contains('\0') ? throw FieldError(name, "must not hold the character NUL")
        : text.Length > maxLength ? throw FieldError(name, $"must be at most {maxLength} characters long")
        : text;

    private ApiException FieldError(string name, string rule) => CreateError($"{name} {rule}");
}
