using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansHybrid.Contracts.Iron;

/// <summary>
/// Spells times as published clients read them: UTC with <c>Z</c> and three fractional digits (the Java client takes
/// every fraction for milliseconds), or <c>0001-01-01T00:00:00Z</c> when unset. Reads any offset, and nothing as unset.
/// </summary>
public sealed class IronDateTimeConverter : JsonConverter<DateTimeOffset>
{
    private const string Unset = "0001-01-01T00:00:00Z";
    private const string Milliseconds = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>Nothing is read as unset.</summary>
    public override bool HandleNull => true;

    /// <summary>Reads a time; null and the empty text are <see cref="DateTimeOffset.MinValue"/>.</summary>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null || reader.ValueTextEquals(""u8))
        {
            return DateTimeOffset.MinValue;
        }

        return reader.GetDateTimeOffset();
    }

    /// <summary>Writes a time.</summary>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(
            value == DateTimeOffset.MinValue
                ? Unset
                : value.UtcDateTime.ToString(Milliseconds, CultureInfo.InvariantCulture));
    }
}
