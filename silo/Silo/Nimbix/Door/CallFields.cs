using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Orleans.Hybrid.Silo.Nimbix.Door;

/// <summary>
/// The fields of a call: those of the query, and those of a form. Names are told apart by the case of their letters, as
/// with the original.
/// </summary>
internal sealed class CallFields
{
    private readonly List<(string Name, string Value)> _all = [];

    /// <summary>Their names, each once.</summary>
    public IEnumerable<string> Names => _all.Select(one => one.Name).Distinct(StringComparer.Ordinal);

    /// <summary>A name that stands there more than once; null when none does.</summary>
    public string? Repeated => _all.GroupBy(one => one.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Skip(1).Any())?.Key;

    /// <summary>
    /// The value of a field: of the query rather than the form, and of several the first; null when it is not there.
    /// </summary>
    public string? this[string name] => _all.Where(one => one.Name == name).Select(one => one.Value).FirstOrDefault();

    /// <summary>Reads the query, and the body where it is a form.</summary>
    public static CallFields Of(string? query, byte[] body, string? contentType)
    {
        var fields = new CallFields();
        fields.Add(query ?? "");
        if (contentType?.Split(';')[0].Trim().Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true)
        {
            fields.Add(Encoding.UTF8.GetString(body));
        }

        return fields;
    }

    private void Add(string text)
    {
        foreach (var pair in new QueryStringEnumerable(text))
        {
            _all.Add((pair.DecodeName().ToString(), pair.DecodeValue().ToString()));
        }
    }
}
